// SPDX-License-Identifier: MIT
#include "patch_web/visit.hpp"

#include "base/text.hpp"
#include "db/migration.hpp"
#include "db/statement_limit.hpp"
#include "patch/query/me.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/database.hpp"
#include "patch/store/nearest.hpp"
#include "patch/store/sight.hpp"
#include "patch/store/store.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

constexpr const char* k_program = "pmt-web";
constexpr std::chrono::seconds k_longest_statement{30};
constexpr std::chrono::seconds k_on_its_way{5};  // a server that is silent for longer is dead

}  // namespace

const Texts& texts_of(const web::Request& request) {
  if (request.path.starts_with("/api/")) return english();
  return texts_for(request.header("accept-language").value_or(""));
}

Visit::Visit(Site& site, const web::Request& request, std::string user)
    : m_site(site),
      m_request(request),
      m_query(web::Parameters::parse(request.query)),
      m_user(std::move(user)),
      m_texts(texts_of(request)),
      m_now(site.around.now()) {}

const patch::Person& Visit::me() {
  if (!m_me) m_me = patch::person_of(config().patch, m_user);
  return *m_me;
}

bool Visit::has_role(const std::string& role) const {
  const auto& roles = config().patch.roles;
  const bool named = roles && roles->contains(role);
  return !named || patch::Roles(config().patch, m_user).has(role);
}

void Visit::refuse_without(const std::string& role) const {
  const auto& roles = config().patch.roles;
  std::string advice = "[patch.roles] does not define it";
  if (roles && roles->contains(role)) {
    const auto& members = roles->at(role);
    advice = members.empty() ? "it has no members" : "it belongs to " + join(members, ", ");
  }
  throw web::Refusal("role", fmt::format("{} does not have the role {}", m_user, role), advice);
}

void Visit::need_role(const std::string& role) const {
  if (!has_role(role)) refuse_without(role);
}

bool Visit::has_granted_role(const std::string& role) const {
  const auto& roles = config().patch.roles;
  return roles && roles->contains(role) && has_role(role);
}

void Visit::need_granted_role(const std::string& role) const {
  if (!has_granted_role(role)) refuse_without(role);
}

std::optional<std::string> Visit::acts_refused(const Texts& texts) const {
  if (web().read_only) {
    return web().read_only_why.empty() ? texts.read_only : web().read_only_why;
  }
  const auto& trusted = config().patch.trusted;
  const std::string& account = m_site.around.account;
  if (account == m_user || std::find(trusted.begin(), trusted.end(), account) != trusted.end()) {
    return std::nullopt;
  }
  return fmt::format(fmt::runtime(texts.not_trusted), account);
}

void Visit::need_acts() const {
  const auto why = acts_refused(english());  // as all errors, which are logged
  if (why) throw web::Refusal(web().read_only ? "read-only" : "account", *why);
}

db::Connection& Visit::connection() {
  auto& kept = m_site.connection;
  if (!m_connected && kept && !kept->is_alive()) kept.reset();
  if (!kept) {
    kept = patch::connect(config(), k_longest_statement + k_on_its_way);
    db::limit_statements(*kept, k_longest_statement);
  }
  // It served other people before.
  if (!m_connected) patch::see_as(*kept, config().patch, m_user);
  m_connected = true;
  return *kept;
}

patch::Actor Visit::actor() const {
  if (acts_refused()) return {m_user, k_program};
  patch::Actor actor = patch::acting(config().patch, m_site.around.account, m_user, k_program);
  actor.once = m_once;
  return actor;
}

void Visit::act_once(const std::string& key, const std::string& digest) {
  patch::respect_schema(connection());
  try {
    db::check_writes();
  } catch (const ConfigError& error) {
    throw web::Refusal("read-only", error.what(), error.advice());
  }
  m_once = std::make_shared<patch::Once>(key, digest);
  m_lifecycle.reset();
  m_rehearsal.reset();
  m_registry.reset();
}

void Visit::act_part(std::size_t part) {
  m_once->start(part);
}

std::vector<patch::KeyedEvent> Visit::done_before() {
  if (!m_once || m_once->key().empty()) return {};
  auto events = patch::keyed_events(connection(), m_user, m_once->key());
  for (const patch::KeyedEvent& one : events) {
    if (one.digest != m_once->digest()) throw patch::AlreadyDone(one.event, one.patch, false);
  }
  return events;
}

std::optional<std::uint64_t> Visit::first_event() const {
  if (!m_once || m_once->events().empty()) return std::nullopt;
  return m_once->events().front();
}

patch::Registry& Visit::registry() {
  if (!m_registry) {
    m_registry =
        std::make_unique<patch::Registry>(connection(), config().patch, actor(), &m_site.types);
  }
  return *m_registry;
}

patch::lifecycle::LifecycleService& Visit::lifecycle() {
  if (!m_lifecycle) {
    m_lifecycle = std::make_unique<patch::lifecycle::LifecycleService>(
        connection(), config(), registry(), actor(), false, &m_site.definitions);
  }
  return *m_lifecycle;
}

patch::lifecycle::LifecycleService& Visit::rehearsal() {
  if (!m_rehearsal) {
    m_rehearsal = std::make_unique<patch::lifecycle::LifecycleService>(
        connection(), config(), registry(), actor(), true, &m_site.definitions);
  }
  return *m_rehearsal;
}

const patch::NameRule& Visit::names() {
  if (!m_names) m_names.emplace(config().patch.name);
  return *m_names;
}

patch::SelectorContext Visit::selector_context(patch::Rows rows) {
  if (!m_products) m_products = patch::ProductNames::of(connection());
  patch::SelectorContext context{type(), config().patch, names(), &*m_products};
  context.rows = rows;
  return context;
}

patch::SelectorSql Visit::select(const std::vector<std::string>& words, patch::Rows rows) {
  const patch::SelectorContext context = selector_context(rows);
  return patch::selector_sql(
      patch::with_me(patch::parse_selector(words), context, [&] { return me(); }), context);
}

patch::Patch Visit::patch_called(const std::string& name) {
  const auto queue = patch::parse_queue_id(name);
  const auto ref = queue ? std::nullopt : names().parse(name);
  if (!queue && !ref) {
    throw web::Refusal("unknown", fmt::format("'{}' is not the name of a patch", printable(name)),
                       k_name_advice);
  }
  const patch::Subject subject{.ref = ref, .queue = queue};
  auto found = patch::find_patch(connection(), subject);
  if (!found) {
    throw web::Refusal("unknown",
                       queue ? fmt::format("there is no request {}", patch::queue_id(*queue))
                             : fmt::format("there is no patch {}", names().format(*ref)),
                       like(subject));
  }
  return std::move(*found);
}

patch::Patch Visit::subject(const std::string& name) {
  const std::string& path = m_request.path;
  const bool queued = path.starts_with("/queue/") || path.starts_with("/api/v1/queue/");
  if (queued && !patch::parse_queue_id(name)) {
    throw web::Refusal("unknown", fmt::format("'{}' is not the id of a request", printable(name)),
                       k_name_advice);
  }
  return patch_called(name);
}

std::string Visit::like(const patch::Subject& missing) {
  for (const patch::Subject& near : patch::neighbours_of(connection(), missing)) {
    if (!patch::find_patch(connection(), near)) continue;
    return fmt::format("the nearest is {}",
                       near.ref ? names().format(*near.ref) : patch::queue_id(*near.queue));
  }
  if (!missing.ref) return {};
  return did_you_mean(missing.ref->platform, patch::platforms_in_use(connection()),
                      fmt::format("there are no patches of {}", missing.ref->platform));
}

std::string Visit::address(std::string_view path) const {
  return web().base + std::string(path);
}

std::string Visit::patch_address(const std::string& name) const {
  const bool request = patch::parse_queue_id(name).has_value();
  return address((request ? "/queue/" : "/patches/") + web::url_encoded(name));
}

std::string Visit::list_address(const std::string& q) const {
  return address("/patches") + (q.empty() ? "" : "?q=" + web::url_encoded(q));
}

const std::string& Visit::token() const {
  if (m_token.empty()) m_token = m_site.signer.sign(m_user, m_now);
  return m_token;
}

}  // namespace upkeep::patch_web
