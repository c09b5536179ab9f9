// SPDX-License-Identifier: MIT
// What the gate knows of an application: its addresses and its answers. `[profile.NAME.gate]`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::config {

/// What names the workspace of a request.
enum class GateBy { path, host, table };

/// Files outside the document root that the application sends before it opens the workspace.
struct GateFile {
  std::string path;  ///< with one group, which `{file}` stands for
  std::string file;  ///< relative to the document root
};

/// Paths are regular expressions that match from the start of a request's path, decoded and without
/// its query: `{workspace}` is a workspace name, `{root}` is what names it: one of `paths`, or with
/// a table up to four segments; by host, nothing. They have no groups.
struct Gate {
  GateBy by = GateBy::path;
  std::vector<std::string> hosts;     ///< `{workspace}.example.org`, no regular expressions
  std::vector<std::string> paths;     ///< each with one {workspace}; a segment ends where it does
  std::filesystem::path table;        ///< lines `HOST[/PATH] TAB WORKSPACE`
  std::vector<std::string> programs;  ///< requests that no person makes, whatever they accept
  std::vector<std::string> pass;      ///< GET and HEAD requests that never stop
  std::string pass_query = ".*";      ///< matches the whole query that such a request may have
  std::vector<GateFile> files;        ///< the same, without a query, where the file exists
  std::string place;                  ///< path with {lang} and {skin}, which the login keeps
  std::string login = "/";            ///< with {workspace}, {lang} and {skin}
  std::string answer =                ///< to programs, with {workspace} and {status}
      R"({"error":"upgrade","workspace":"{workspace}","status":"{status}"})";
  std::string answer_closed =  ///< where a person keeps the workspace closed
      R"({"error":"upgrade","workspace":"{workspace}","status":"{status}",)"
      R"("detail":"the workspace is closed until support allows its upgrade"})";
  std::string answer_type = "application/json";
};

/// What `{lang}` and `{skin}` can be.
inline constexpr std::string_view k_gate_lang = "[A-Za-z-]{2,7}",
                                  k_gate_skin = "[A-Za-z0-9_-]{1,40}";
/// What `{workspace}` can be as a part of a host name, in lower case.
inline constexpr std::string_view k_gate_label = "[a-z0-9_][a-z0-9_-]{0,62}";
/// What `{workspace}` can be in a path. The tools decide by [workspaces] names.
inline constexpr std::string_view k_gate_name = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}";
/// A segment that can be part of an address in the table.
inline constexpr std::string_view k_gate_segment = "[A-Za-z0-9._~-]{1,64}";

}  // namespace upkeep::config
