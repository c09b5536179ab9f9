// SPDX-License-Identifier: MIT
// The built-in log profiles. upkeep.toml(5), PROFILES, describes their lines.
#include "config/config.hpp"

namespace upkeep::config {

std::map<std::string, Profile> built_in_profiles() {
  Profile processmaker;
  // Releases up to 3.3 write "> Step..." and "<*>   Step took 0.9 seconds."; 3.4.1 and later write
  // "* Start updating x..." and "* End updating x...(Completed on 0.9 seconds)", with variations.
  processmaker.step_open = R"(^(?:>|\* Start(?: to)?) +(.+?)(?:\.\.\.|…)['" ]*$)";
  processmaker.step_close = R"(^(?:<\*> |\* End ))";
  processmaker.success =
      R"(^(?:Upgrade successful|UPGRADE FINISHED \(Completed on [^ ]+ seconds\).*)$)";
  // The program exits 0 after almost all of these.
  processmaker.failure = {
      R"(^Errors upgrading workspace )",
      R"(^Upgrade finished but there were errors)",
      R"(^  Error executing ')",
      R"(An internal error occurred #\d+)",
      R"(\*\*ID_EXCEPTION_LOG_INTERFAZ\*\*)",
      R"(^(?:\[[^\]]+\] )?(?:PHP )?Fatal error: )",
      R"(^(?:\[[^\]]+\] )?(?:PHP )?Parse error: )",
      R"(^(?:PHP )?(?:Recoverable|Catchable) fatal error: )",
      R"(^(?:<br />)?<b>(?:Fatal|Parse|Recoverable fatal|Catchable fatal) error</b>: )",
      R"(Upgrade failed$)",
      R"(^Invalid options(?: \(|: ))",
  };
  // Messages of PHP itself, mostly during shutdown, as HTML if html_errors is on, and those of
  // Xdebug.
  processmaker.ignore = {
      R"(^(?:\[[^\]]+\] )?(?:PHP )?(?:Notice|Warning|Deprecated|Strict Standards): .* in .+ on line \d+$)",
      R"(^(?:PHP )?(?:Core|Compile) Warning: .* in .+ on line \d+$)",
      R"(^(?:<br />)?<b>(?:Notice|Warning|Deprecated|Strict Standards)</b>: .* in <b>.+</b> on line <b>\d+</b>)",
      R"(^<br />$)",
      R"(^(?:\[[^\]]+\] )?(?:PHP )?(?:Call Stack|Stack trace):$)",
      R"(^(?:\[[^\]]+\] )?PHP +\d+\. .+ .+:\d+$)",
      R"(^(?:\[[^\]]+\] )?Xdebug: \[)",
      R"(^Cannot load .+ - it was already loaded$)",
      R"(^ +\d+\.\d+ +\d+ +\d+\. .+ .+:\d+$)",
  };
  processmaker.steps = 11;  // 3.1.2; other releases have 9 to 22; recorded runs correct it
  // For visitors: no names of tables, folders or files. The first match is used.
  processmaker.public_steps = {
      {R"((?i)index|optimi[sz]|self.?service)", "Optimizing the database"},
      {R"((?i)translation|language)", "Updating translations"},
      {R"((?i)cache view|new lists|\blist_)", "Updating the lists of cases"},
      {R"((?i)web entr)", "Updating web entries"},
      {R"((?i)back ?up)", "Making backups"},
      {R"((?i)database|schema|\btables?\b|\brows?\b)", "Updating the database"},
      {R"((?i)permission|role)", "Updating permissions"},
      {R"((?i)trigger|mafe|e-?mail event|process|workflow)", "Updating processes"},
      {R"((?i)clean|clear|remov|delet)", "Cleaning up"},
      {R"((?i)content)", "Updating texts"},
      {R"((?i)file|folder|path|plugin|singleton|enterprise)", "Updating files"},
  };
  return {{"plain", Profile{}}, {"processmaker", processmaker}};
}

}  // namespace upkeep::config
