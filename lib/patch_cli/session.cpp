// SPDX-License-Identifier: MIT
#include "patch_cli/session.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/text_columns.hpp"
#include "patch/model/state_color.hpp"
#include "patch/query/me.hpp"
#include "patch/query/term_index.hpp"
#include "patch/registry/known_values.hpp"
#include "patch/store/database.hpp"
#include "patch/store/sight.hpp"

#include <fmt/format.h>

namespace upkeep::patch_cli {

Session::Session(Io& the_io, const cli::Tool& tool, Acting acting)
    : cli::Session(the_io, tool),
      why(std::move(acting.why)),
      m_as(std::move(acting.as)),
      m_shared_account(acting.shared_account) {
  m_color_of = [this](std::string_view column, std::string_view text) {
    return color_of_cell(column, text);
  };
}

Color Session::color_of_cell(std::string_view column, std::string_view text) {
  const Color color = column == "state" ? patch::state_color(config().patch, text) : Color::none;
  return color == Color::none ? cli::state_color(column, text) : color;
}

db::Connection Session::connected() {
  db::Connection opened = patch::connect(config());
  // Who holds the account reads the tables anyway; people who act through it do not.
  if (m_shared_account || !m_as.empty()) {
    patch::see_as(opened, config().patch, actor().name);
  }
  return opened;
}

db::Connection& Session::connection() {
  if (!m_connection) m_connection = connected();
  return *m_connection;
}

void Session::reconnect() {
  if (m_connection) *m_connection = connected();
}

patch::Actor Session::actor() {
  return patch::acting(config().patch, person(), m_as, tool().info().name);
}

patch::Person Session::me() {
  return patch::person_of(config().patch, actor().name);
}

patch::Registry& Session::registry() {
  if (!m_registry) {
    patch::Actor who = actor();  // before anything is opened
    m_registry = std::make_unique<patch::Registry>(connection(), config().patch, std::move(who));
  }
  return *m_registry;
}

const patch::NameRule& Session::names() {
  if (!m_names) m_names.emplace(config().patch.name);
  return *m_names;
}

bool Session::has_role(const std::string& role) {
  const auto& roles = config().patch.roles;
  const bool named = roles && roles->contains(role);
  return !named || patch::Roles(config().patch, actor().name).has(role);
}

void Session::need_role(const std::string& role) {
  if (!has_role(role)) refuse_without(role);
}

void Session::need_granted_role(const std::string& role) {
  const auto& roles = config().patch.roles;
  if (m_shared_account && !(roles && roles->contains(role))) refuse_without(role);
  need_role(role);
}

void Session::refuse_without(const std::string& role) {
  throw Error(ExitStatus::not_permitted,
              fmt::format("{} does not have the role {}", actor().name, role),
              "[patch.roles] lists who has it");
}

void Session::refuse_editor_under_sudo() const {
  if (!m_shared_account) return;
  throw Error(ExitStatus::not_permitted, "no editor is started under sudo",
              "give the values as options, such as --set KEY=VALUE");
}

std::string Session::history_comment(const std::string& comment) const {
  if (comment.empty() || why.empty()) return comment + why;
  return fmt::format("{}; why: {}", comment, why);
}

std::string Session::input(const std::string& file, std::size_t most) const {
  return file == "-" ? read_rest(io.in_fd, "stdin", most) : read_file(file);
}

patch::SelectorSql Session::select(const std::vector<std::string>& operands, patch::Rows rows) {
  const patch::Selector selector = patch::parse_selector(operands);
  patch::SelectorContext context = selector_context();
  context.rows = rows;
  patch::SelectorSql selected =
      patch::selector_sql(patch::with_me(selector, context, [&] { return me(); }), context);
  for (const std::string& warning : patch::unknown_values(connection(), context, selector)) {
    io.warning(warning);
  }
  return selected;
}

void Session::hint_at_names(const std::vector<std::string>& operands) {
  for (const std::string& word : operands) {
    const bool is_request = patch::parse_queue_id(word).has_value();
    if (!is_request && !names().parse(word)) continue;
    io.note(fmt::format("'{0}' was searched for as text; {1}={0} selects the {2}", printable(word),
                        is_request ? "queue" : "patch", is_request ? "request" : "patch"));
  }
}

patch::SelectorContext Session::selector_context() {
  if (!m_products) m_products = patch::ProductNames::of(connection());
  return {type(), config().patch, names(), &*m_products};
}

std::vector<std::string> Session::known_values(const std::string& key) {
  return patch::values_of_key(connection(), selector_context(), key);
}

void Session::warn_unless_known(const std::string& key, const std::string& value) {
  if (const auto warning = patch::unknown_value(connection(), selector_context(), key, value)) {
    io.warning(*warning);
  }
}

ExitStatus Session::for_each_named(const std::vector<std::string>& operands, bool requests_too,
                                   const std::function<void(patch::Patch)>& take) {
  ExitStatus status = ExitStatus::ok;
  const auto tell = [&](const Error& error) {
    io.error(error);
    status = worse(status, error.status());
  };
  const auto named = [&](const std::string& name) {
    try {
      const patch::Subject subject = patch::subject_called(names(), name);
      auto patch = patch::find_patch(connection(), subject);
      if (!patch) {
        throw Error(
            ExitStatus::partial,
            fmt::format("there is no {} {}", subject.queue ? "request" : "patch", printable(name)));
      }
      if (!patch->ref && !requests_too) {
        throw Error(ExitStatus::partial,
                    fmt::format("{} is a request, not a patch", printable(name)));
      }
      take(std::move(*patch));
    } catch (const db::Error&) {
      throw;
    } catch (const ConfigError&) {
      throw;
    } catch (const Error& error) {
      tell(error);
    }
  };
  NameSource source = tool().names(io, operands);
  source.key = "patch";
  source.other_key = "queue";
  const bool any =
      for_each_name(source, named, [&](const std::string& record, const std::string& w) {
        tell(DataError(fmt::format("'{}': {}", ellipsized(printable(record), 60), w),
                       "nothing was done: piped input is accepted as a whole or not at all"));
      });
  if (!any) throw UsageError("no patch given", "name one, or pipe names in");
  return status;
}

void Session::changed() {
  constexpr std::size_t k_enough = 1000;
  patch::index_stale(connection(), k_enough);
}

}  // namespace upkeep::patch_cli
