// SPDX-License-Identifier: MIT
// Who asks, what they may do, and what waits for them.
#include "base/text.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/reads.hpp"
#include "patch_web/permissions.hpp"

namespace upkeep::patch_web::api {

namespace {

ValueList texts(const auto& words) {
  ValueList list;
  for (const std::string& one : words) list.emplace_back(one);
  return list;
}

}  // namespace

web::Response get_me(Visit& visit, const Names& /*names*/) {
  ValueList may;
  for (const Permission& one : permissions_of(visit.config().patch, visit.user())) {
    may.push_back(permission_value(one));
  }
  return json(ValueObject{{"user", visit.request().user.value_or("")},
                          {"account", visit.user()},
                          {"groups", texts(patch::groups_of(visit.user()))},
                          {"roles", texts(roles_of(visit.config().patch, visit.user()))},
                          {"person", texts(visit.me().names)},
                          {"may", std::move(may)}});
}

web::Response get_work(Visit& visit, const Names& /*names*/) {
  namespace lifecycle = patch::lifecycle;
  using lifecycle::Block;
  const patch::SelectorContext context = visit.selector_context();
  lifecycle::Duties duties(visit.config().patch, visit.type(), visit.me());
  lifecycle::Agenda agenda(visit.connection(), visit.lifecycle().positions(), duties, context,
                           visit.config().patch, visit.now());
  const auto entries = agenda.entries(visit.has_role("pmt-new"));
  ValueObject blocks;
  for (const Block block : {Block::mine, Block::waiting, Block::overdue, Block::queue}) {
    std::vector<Record> records;
    for (const auto& one : entries) {
      if (one.block == block) records.push_back(lifecycle::agenda_record(one, visit.names()));
    }
    blocks.emplace_back(std::string(lifecycle::to_word(block)),
                        objects(lifecycle::agenda_columns(), records));
  }
  return json(std::move(blocks));
}

}  // namespace upkeep::patch_web::api
