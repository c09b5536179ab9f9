// SPDX-License-Identifier: MIT
// One request of one person: what pages and acts work with.
#pragma once

#include "patch/lifecycle/service.hpp"
#include "patch/model/actor.hpp"
#include "patch/query/selector.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/registry/registry.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/store.hpp"
#include "patch_web/site.hpp"
#include "patch_web/texts.hpp"
#include "web/parameters.hpp"
#include "web/request.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch_web {

/// Who uses /admin.
inline constexpr const char* k_admin_role = "pmt-admin";

/// Advice about what is not the name of a patch.
inline constexpr const char* k_name_advice =
    "a patch is called like 4.4.0-17, and a request like Q-17";

/// The language of what a request is answered with: the API has but one.
[[nodiscard]] const Texts& texts_of(const web::Request& request);

/// Members are created on first use. Keeps references to site and request. Shared, because the body
/// of an answer may be written after the answer was made.
class Visit : public std::enable_shared_from_this<Visit> {
 public:
  /// @param user the account of the person. @throws Refusal for a malformed query
  Visit(Site& site, const web::Request& request, std::string user);

  [[nodiscard]] const web::Request& request() const noexcept { return m_request; }
  /// The query of the address.
  [[nodiscard]] const web::Parameters& query() const noexcept { return m_query; }
  [[nodiscard]] Site& site() noexcept { return m_site; }
  [[nodiscard]] const config::Config& config() const noexcept { return m_site.config; }
  [[nodiscard]] const config::WebPatches& web() const { return m_site.web(); }
  [[nodiscard]] const Texts& texts() const noexcept { return m_texts; }
  [[nodiscard]] WallTime now() const noexcept { return m_now; }

  /// What was typed into the form that was sent, while its page is made again; nullptr: nothing.
  [[nodiscard]] const web::Parameters* form() const noexcept { return m_form ? &*m_form : nullptr; }
  /// What is wrong with it; nullptr: nothing.
  [[nodiscard]] const Error* problem() const noexcept { return m_problem.get(); }
  /// Keeps what was typed and what is wrong with it for the page that comes back.
  void come_back(web::Parameters form, std::shared_ptr<const Error> problem) {
    m_form = std::move(form);
    m_problem = std::move(problem);
  }

  /// Keeps the reasons against an act, so that pages can word them.
  void note(const std::vector<patch::lifecycle::Blocker>& reasons) {
    m_noted.insert(m_noted.end(), reasons.begin(), reasons.end());
  }
  [[nodiscard]] const std::vector<patch::lifecycle::Blocker>& noted() const { return m_noted; }

  /// Notes that the request was refused although its page is answered.
  void refused(const Error& error) { m_refused.emplace(error); }
  /// Why the request was refused, if a page was answered nevertheless; nullptr: it was not.
  [[nodiscard]] const Error* refusal() const noexcept { return m_refused ? &*m_refused : nullptr; }

  /// The account of the person.
  [[nodiscard]] const std::string& user() const noexcept { return m_user; }
  /// The person's names in people fields.
  [[nodiscard]] const patch::Person& me();
  /// Roles whose names begin with `pmt-` protect the registry, if [patch.roles] defines them.
  [[nodiscard]] bool has_role(const std::string& role) const;
  /// @throws Refusal(role) naming who has it
  void need_role(const std::string& role) const;
  /// The same for administration: a role that [patch.roles] does not define has no members.
  [[nodiscard]] bool has_granted_role(const std::string& role) const;
  /// @throws Refusal(role) naming its members
  void need_granted_role(const std::string& role) const;
  /// Why nothing can be changed here; nullopt: acts are possible.
  [[nodiscard]] std::optional<std::string> acts_refused() const { return acts_refused(m_texts); }
  [[nodiscard]] std::optional<std::string> acts_refused(const Texts& texts) const;
  /// @throws Refusal(read-only|account)
  void need_acts() const;

  /// Makes the acts that follow happen once: see patch::Once. A part of a request that is a
  /// transaction of its own has its own key. Call it before what acts is used.
  /// @throws Refusal(read-only) if the schema has become one that this program must not write
  void act_once(const std::string& key, const std::string& digest);
  /// What follows is part `part` of that request, from 1: an act, with a key, of its own.
  void act_part(std::size_t part);
  /// What earlier tries of the request have done, part by part.
  /// @throws AlreadyDone if that was another act
  [[nodiscard]] std::vector<patch::KeyedEvent> done_before();
  /// The first event of what was done since act_once(); nullopt: nothing was changed.
  [[nodiscard]] std::optional<std::uint64_t> first_event() const;

  /// A new one if the last one was lost. @throws db::Error
  [[nodiscard]] db::Connection& connection();
  [[nodiscard]] patch::Registry& registry();
  [[nodiscard]] patch::lifecycle::LifecycleService& lifecycle();
  /// The same for acts that are tried and undone again.
  [[nodiscard]] patch::lifecycle::LifecycleService& rehearsal();
  [[nodiscard]] const patch::ArtifactType& type() { return registry().type(); }
  [[nodiscard]] const patch::NameRule& names();

  /// What a selector needs. References this visit.
  [[nodiscard]] patch::SelectorContext selector_context(patch::Rows rows = patch::Rows::patches);
  /// A selector, ready to run. @throws UsageError
  [[nodiscard]] patch::SelectorSql select(const std::vector<std::string>& words,
                                          patch::Rows rows = patch::Rows::patches);
  /// The patch or request with this name, in any spelling. @throws Refusal(unknown), also for a
  /// text that is not a name
  [[nodiscard]] patch::Patch patch_called(const std::string& name);

  /// The patch or request of the address of this request: below `/queue/`, only an id will do.
  /// @throws Refusal(unknown)
  [[nodiscard]] patch::Patch subject(const std::string& name);

  /// `path` below the base: for links.
  [[nodiscard]] std::string address(std::string_view path) const;
  /// The page of a patch or a request.
  [[nodiscard]] std::string patch_address(const std::string& name) const;
  /// The list that a query finds.
  [[nodiscard]] std::string list_address(const std::string& q) const;

  /// A token for the forms of a page.
  [[nodiscard]] const std::string& token() const;

 private:
  /// @throws Refusal(role), always
  [[noreturn]] void refuse_without(const std::string& role) const;
  /// What is most like a patch or request that does not exist.
  [[nodiscard]] std::string like(const patch::Subject& missing);
  [[nodiscard]] patch::Actor actor() const;
  Site& m_site;
  const web::Request& m_request;
  web::Parameters m_query;
  std::optional<web::Parameters> m_form;
  std::shared_ptr<const Error> m_problem;
  std::optional<Error> m_refused;
  std::vector<patch::lifecycle::Blocker> m_noted;
  std::string m_user;
  const Texts& m_texts;
  WallTime m_now;
  bool m_connected = false;  // within this request
  std::shared_ptr<patch::Once> m_once;
  mutable std::string m_token;  // signed on first use: a page has dozens of forms
  std::optional<patch::Person> m_me;
  std::optional<patch::NameRule> m_names;
  std::unique_ptr<patch::Registry> m_registry;
  std::unique_ptr<patch::lifecycle::LifecycleService> m_lifecycle, m_rehearsal;
  std::optional<patch::ProductNames> m_products;
};

}  // namespace upkeep::patch_web
