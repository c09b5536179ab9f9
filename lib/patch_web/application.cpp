// SPDX-License-Identifier: MIT
#include "patch_web/application.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "db/error.hpp"
#include "patch/model/actor.hpp"
#include "patch/model/sha256.hpp"
#include "patch/store/database.hpp"
#include "patch_web/assets.hpp"
#include "patch_web/page.hpp"
#include "patch_web/problem.hpp"
#include "patch_web/routes.hpp"
#include "web/pattern.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

namespace {

/// No request can be served: unlike a fault of one request, which is 500.
class Unconfigured : public ConfigError {
 public:
  explicit Unconfigured(const Error& error) : ConfigError(error.what(), error.advice()) {}
};

/// The account of the person whom the web server has authenticated. @throws Refusal(account)
std::string account_of(const web::Request& request, const config::WebPatches& web) {
  const std::string user = request.user.value_or("");
  if (user.empty()) {
    throw web::Refusal("account", "no user is logged in",
                       "the web server must authenticate every visitor");
  }
  const Regex rule(fmt::format("^(?:{})$", web.user));
  const auto groups = rule.matches(user) ? rule.groups(user) : std::nullopt;
  std::string account = !groups ? "" : (groups->size() > 1 ? groups->at(1) : groups->front());
  if (patch::is_account_name(account)) return account;
  throw web::Refusal("account",
                     fmt::format("'{}' is not the name of an account here", printable(user)),
                     "[web.patches] user says which names are");
}

bool is_open(const web::Request& request) {
  return request.path == "/healthz" || request.path.starts_with("/static/");
}

/// Whether the answer depends on the language of the person. A 304 stands for a page.
bool in_words(const web::Request& request, const web::Response& response) {
  if (request.path.starts_with("/api/") || is_open(request)) return false;
  return response.status == 304 || response.type.starts_with("text/html") ||
         response.type.starts_with("text/plain") || response.type.starts_with("application/atom");
}

/// The place of this process among those of its socket.
std::optional<web::ProcessSlots> slots_of(const Surroundings& around,
                                          const config::WebPatches& web) {
  if (around.socket.empty()) return std::nullopt;
  constexpr std::size_t k_digits = 16;
  const std::string file = fmt::format("pmt-web-{}-{}.lock", around.account,
                                       patch::sha256(around.socket).substr(0, k_digits));
  try {
    return web::ProcessSlots(
        (around.run_directory.empty() ? web.upload_dir : around.run_directory) / file);
  } catch (const Error& error) {  // everything but archives can be served
    if (around.log) around.log("archives are not limited: " + error.message());
    return std::nullopt;
  }
}

}  // namespace

Site& Application::site() {
  if (m_site) return *m_site;
  try {
    config::Config config = m_around.load_config();
    if (!config.web_patches) {
      throw ConfigError("the patch tool is not served here",
                        "upkeep.toml needs a section [web.patches]");
    }
    auto signer = web::TokenSigner::from_file(config.web_patches->secret_file);
    auto slots = slots_of(m_around, *config.web_patches);
    m_site.emplace(Site{m_around, std::move(config), std::move(signer), {}, std::move(slots)});
  } catch (const Error& error) {
    throw Unconfigured(error);
  }
  return *m_site;
}

std::string Application::base() {
  try {
    return site().web().base;
  } catch (const Error&) {
    return {};
  }
}

web::Response Application::health() {
  web::Response response;
  response.type = "text/plain; charset=utf-8";
  try {
    // Within a second, whatever the tools may wait. A cluster that is counting its nodes lets reads
    // wait a moment, but the node is there.
    constexpr std::chrono::seconds k_second{1};
    config::Config quick = site().config;
    quick.database.connect_timeout = k_second;
    quick.database.sync_reads = false;
    db::Connection connection = patch::connect(quick, k_second);
    if (const auto objection = patch::schema_objection(connection)) throw ConfigError(*objection);
    response.body = "ok\n";
  } catch (const Error& error) {
    m_status = error.status();
    response.status = 503;
    response.body = std::string(web::problem_kind(error).word) + '\n';
  }
  return response;
}

web::Response Application::answer_or_throw(const web::Request& request) {
  if (request.path == "/healthz" && request.is_safe()) return health();
  Site& own = site();
  if (const auto names = web::match("/static/{}/{}", request.path); names && request.is_safe()) {
    return asset_response(names->at(0), names->at(1));
  }
  if (is_open(request)) throw web::Refusal("unknown", "there is no such address");
  const auto visit = std::make_shared<Visit>(own, request, account_of(request, own.web()));
  web::Response response = answer_visit(*visit);
  if (const Error* refusal = visit->refusal()) log(request, *refusal);
  return response;
}

void Application::log(const web::Request& request, const Error& error) {
  m_status = error.status();
  const auto* lost = dynamic_cast<const db::Error*>(&error);
  if (lost != nullptr && lost->connection_lost() && m_site) m_site->connection.reset();
  if (!m_around.log) return;
  m_around.log(fmt::format("{} {} {} {}: {}", request.id.empty() ? "-" : printable(request.id),
                           printable(request.user.value_or("-")), printable(request.method),
                           printable(request.path), printable(error.message())));
}

web::Response Application::failure(const web::Request& request, const Error& error) {
  log(request, error);
  const web::ProblemKind& kind = web::problem_kind(error);
  const bool unconfigured = dynamic_cast<const Unconfigured*>(&error) != nullptr;
  const std::string* base = m_site ? &m_site->web().base : nullptr;
  web::Response response =
      request.path.starts_with("/api/")
          ? problem_json(kind, error, request.id, m_site ? m_site->web().url : "", base)
          : problem_page(texts_of(request), base, kind, error, request.id);
  if (unconfigured) response.status = 503;
  if (kind.retry) response.set("Retry-After", "5");
  if (const auto* refusal = dynamic_cast<const web::Refusal*>(&error)) {
    for (const auto& [name, value] : refusal->headers) response.set(name, value);
  }
  return response;
}

web::Response Application::answer(const web::Request& request, const web::Refusal* fault) noexcept {
  m_status = ExitStatus::ok;
  web::Response response;
  try {
    try {
      response = fault != nullptr ? failure(request, *fault) : answer_or_throw(request);
    } catch (const Error& error) {
      response = failure(request, error);
    } catch (const std::exception& error) {
      response = failure(request, Error(ExitStatus::internal, error.what()));
    }
    if (in_words(request, response)) response.set("Vary", "Accept-Language");
    web::add_safety_headers(response);
  } catch (...) {  // out of memory while the answer about a problem was made
    m_status = ExitStatus::internal;
    response.status = 500;
  }
  return response;
}

}  // namespace upkeep::patch_web
