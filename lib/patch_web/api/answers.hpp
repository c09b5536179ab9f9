// SPDX-License-Identifier: MIT
// What answers of the API have in common: records as the tools print them with `--json`.
#pragma once

#include "patch_web/visit.hpp"
#include "record/printer.hpp"
#include "record/value.hpp"
#include "web/response.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch_web::api {

constexpr std::size_t k_usual_limit = 50;

/// An array of records. @param fields the columns that are wanted; empty: all
web::Response array(const std::vector<std::string>& columns, const std::vector<Record>& records,
                    const std::vector<std::string>& fields = {});
/// The same for records that may not fit in memory: `fill` prints them while the answer is sent.
web::Response streamed_array(Visit& visit, const std::vector<std::string>& columns,
                             std::function<void(Visit&, Printer&)> fill);
/// One record.
web::Response object(const std::vector<std::string>& columns, const Record& record);
/// Any value.
web::Response json(const Value& value);
/// Records as values of another record.
ValueList objects(const std::vector<std::string>& columns, const std::vector<Record>& records);

/// A number of the query. @throws UsageError unless it is from `least` to `most`
std::optional<std::uint64_t> number(Visit& visit, const char* name, std::uint64_t least,
                                    std::uint64_t most);
/// `limit`: from 1 to 5,000. @throws UsageError
std::size_t limit_of(Visit& visit);

/// `Link` to what follows: the same address with another `after`.
void link_to_next(Visit& visit, web::Response& response, const std::string& after);

/// The address of a patch or a request in the API, with `part` behind it.
std::string address_of(Visit& visit, const std::string& name, const std::string& part = {});

/// A patch, and the tag of its present version.
struct Tagged {
  patch::Patch patch;
  std::string name;
  std::uint64_t last_event = 0;  ///< of its history; 0: it has none
  std::string etag;
};
Tagged tagged(Visit& visit, patch::Patch patch);
/// The patch that an act was done to, or that it made. @throws Refusal(unknown)
patch::Patch patch_of(Visit& visit, const patch::AlreadyDone& before);
/// The tag that a patch has now.
std::string etag_of(Visit& visit, const patch::Patch& patch);
/// 304 if the client has this version.
std::optional<web::Response> unchanged(Visit& visit, const Tagged& subject);
/// Adds the tag and, where the address names the patch in another way, Content-Location.
web::Response with_tag(Visit& visit, const Tagged& subject, const std::string& part,
                       web::Response response);

/// What If-Match says that a change of a patch is based on.
struct Basis {
  bool given = false;
  std::optional<std::uint64_t> last_event{};  ///< of its history; none: whatever it is
};
/// An event that no patch has if If-Match names another version.
Basis basis_of(Visit& visit, const Tagged& subject);

/// Whether one of the entity tags of a header is `etag`; `*` is each. @param weak ignore `W/`
bool has_tag(const std::string& header, const std::string& etag, bool weak);

}  // namespace upkeep::patch_web::api
