// SPDX-License-Identifier: MIT
// Acts on a patch's lifecycle. Every act is one transaction over the patch's row and one event: it
// happens as a whole or not at all, and what was decided is decided on the row as it is then.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/model/actor.hpp"
#include "patch/registry/registry.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/jar_store.hpp"
#include "patch/store/patch_store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// A patch where it stands.
struct Position {
  Patch patch;
  const Definition* definition = nullptr;
  const State* state = nullptr;
  Progress progress;

  [[nodiscard]] Situation situation() const { return {*definition, *state, progress, patch}; }
};

struct MoveRequest {
  std::string event, comment;
  std::optional<std::int64_t> time_s;
  std::map<std::string, std::string> inputs;
  std::string from;  ///< the state that it is meant for; empty: the one that was seen
};

struct Estimate {
  std::string stage;
  std::int64_t best_s = 0, likely_s = 0, worst_s = 0;
};

/// Time that was spent on a patch.
struct WorkTime {
  std::int64_t time_s = 0;
  std::optional<std::string> worked_on;  ///< YYYY-MM-DD; none: today
};

/// What an undo takes back.
struct Undone {
  Event move;
  std::string from, to;                ///< the states of the move
  std::optional<std::string> release;  ///< the date of the release that goes with it
  std::vector<Event> kept;             ///< what was done after the move, and stays
};

/// A time entry that was taken out of every sum.
struct Revoked {
  std::string patch;
  Event entry;
};

/// What an archive that was checked says of its patch.
struct Proof {
  std::string sha256;                      ///< of the archive
  std::string evidence;                    ///< which archive it was, for the history
  std::optional<std::vector<Jar>> jars{};  ///< to be recorded; none: they are not
  std::vector<Jar> seen{};                 ///< what was recorded when the archive was checked
  /// Whether items are ticked, and which ones it proves, each with what was looked at.
  bool tick = false;
  std::map<std::string, std::string> items{};
};

/// What became of it. Names of items.
struct Attested {
  bool recorded = false;  ///< other jars than before
  std::vector<std::string> ticked, unticked;
  std::vector<Blocker> reasons;  ///< what stands against a tick
};

/// What a migration did to one patch.
struct Migrated {
  std::int64_t from = 0, to = 0;
  std::string state;
  std::vector<std::string> kept, dropped;  ///< ticks
};

class LifecycleService {
 public:
  /// @param connection, registry stay the caller's
  LifecycleService(db::Connection& connection, const config::Config& config, Registry& registry,
                   Actor actor, bool dry_run);

  [[nodiscard]] Library& library() noexcept { return m_library; }
  [[nodiscard]] const Rules& rules() const noexcept { return m_rules; }

  /// @throws Error(no) where the patch has no lifecycle, or a state that its lifecycle has not
  Position position(Patch patch);
  /// The same of the patch as it is now: its row and its events are of one moment.
  Position position_now(std::uint64_t id);
  /// The rules as they are for one patch: links to it are looked up.
  Rules rules_for(const Patch& patch);

  /// An imported state stays, and so does its date of release. @throws Error(no) where it has a
  /// lifecycle, or a state that this one lacks, and `replace` is not set; Error(partial)
  void attach(const Patch& seen, const std::string& lifecycle, bool replace,
              const std::string& why);

  // Where somebody else has moved the patch since the caller saw it, these three and undo do
  // nothing: what was meant may be something else by now.

  /// Ticks (or unticks) items by number, name or unique beginning, all or none.
  /// @param changed becomes the names of those that were not so before
  /// @returns what stands against it; empty: done. @throws Error(partial) for an unknown item
  std::vector<Blocker> tick(const Patch& seen, const std::vector<std::string>& words, bool ticked,
                            const std::string& why, std::vector<std::string>& changed);
  /// Records an archive's jars and ticks what it proves, as one act. What another archive has
  /// proved in this state is ticked no longer: what one archive proves says nothing of another.
  /// @param seen where the patch stood when the archive was judged, or only its id for recording.
  /// @throws Error(no) where other jars were recorded since
  Attested attest(const Patch& seen, const Proof& proof);
  /// @param changed becomes whether it was not so before
  /// @returns what stands against it. @throws Error(partial) for an unknown event, Error(no) for
  /// one that takes no votes
  std::vector<Blocker> vote(const Patch& seen, const std::string& typed, bool cast,
                            const std::string& why, bool& changed);
  /// @returns what stands against it. @throws Error(partial) for an unknown event
  std::vector<Blocker> move(const Patch& seen, const MoveRequest& typed);
  /// Takes the last move back, with its time and the release date that it set, where nothing has
  /// been ticked or voted since; the rest of what came after it stays.
  /// @param undone what is taken back, where nothing stands against it. @throws Error(no)
  std::vector<Blocker> undo(const Patch& seen, const std::string& why, Undone& undone);
  /// To `version` of its lifecycle, or the newest; nullopt: it has it. @throws Error(no)
  std::optional<Migrated> migrate(const Patch& seen, std::optional<std::int64_t> version,
                                  const std::string& why);
  /// Declines a request, and takes its lifecycle along where that has an event for it.
  /// @returns what stands against it in the lifecycle; empty: done. @throws Error(partial) no such
  /// request, Error(no) not open any more
  std::vector<Blocker> decline(std::uint32_t queue, const std::string& why);
  void log_time(const Patch& seen, const WorkTime& work, const std::string& why);
  /// Takes the time of an event, an entry or a move, out of every sum.
  /// @throws Error(partial) no such event, Error(no) it has no time, or none that counts any more
  Revoked revoke_time(std::uint64_t event, const std::string& why);
  void estimate(const Patch& seen, const Estimate& estimate, const std::string& why);
  /// Records that somebody was reminded of the patch: once a day, and not where it has moved on.
  void remind(const Patch& seen, const std::string& whom);

 private:
  struct Locked {
    Position position;
    std::string now;  ///< as SQL writes it
  };
  Patch lock(std::uint64_t id, std::string& now);
  Locked lock_standing(std::uint64_t id);
  struct Refused {};  // thrown within act(): nothing is done
  /// Writes an event, with its hash in the patch's row.
  std::uint64_t record(Locked& locked, NewEvent event);
  /// The same for an event whose hash goes into the row with its new state: PatchStore::enter() is
  /// to follow.
  std::uint64_t record_entering(Locked& locked, NewEvent event);
  void take(Locked& locked, const Transition& transition, const MoveRequest& request,
            const std::string& inputs);
  /// The queue says of a request what its lifecycle says.
  void follow_in_queue(Locked& locked, const Definition& definition, const std::string& entered,
                       const std::string& why);
  void act(const std::function<void()>& work);
  void tick_proved(Locked& locked, const Proof& proof, Attested& done);
  std::optional<Blocker> overtaken(const Patch& seen, const Patch& now, const MoveRequest& request);
  std::string run_executors(const Locked& locked, const Transition& transition,
                            const MoveRequest& request, std::vector<Blocker>& reasons);
  [[nodiscard]] std::optional<std::string> released_after(const Patch& patch,
                                                          const std::string& state,
                                                          const std::string& now) const;
  [[nodiscard]] std::string first_state(const Patch& patch, const Definition& definition,
                                        bool replace) const;
  [[nodiscard]] bool is_released(const std::string& state) const;

  db::Connection& m_connection;
  const config::Config& m_config;
  Registry& m_registry;
  EventStore m_events;
  PatchStore m_patches;
  bool m_dry_run;
  Library m_library;
  Roles m_roles;
  Rules m_rules;
  std::map<std::string, std::string> m_executed;  // what ran already, when a transaction runs again
};

/// The transition of `state` called `event`. @throws Error(partial) with the nearest event
const Transition& transition_called(const State& state, const std::string& event);

/// The item meant by its number, its name or the unique beginning of one. @throws Error(partial)
const Item& item_called(const State& state, const std::string& word);

/// The state meant by a stage's name, in either spelling. @throws Error(partial)
const State& state_called(const Definition& definition, const std::string& name);

}  // namespace upkeep::patch::lifecycle
