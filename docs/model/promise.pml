/* SPDX-License-Identifier: MIT
 * The promise of upkeep(7) as a model: see README.md. One atomic step here is one statement, system call or transaction
 * there; the names of the states are those of the code. Time passes in halves of lease_s.
 *
 *   -DKILL             on_lock_loss = "kill"; otherwise "finish"
 *   -DSLOTS= -DUPGRADES= -DRUNS= -DFAULTS=   its size
 *   -DPLACES           two servers with one slot each: the first two runs are on one, the third on the other
 *   -DBREAK_...        a protection is removed; the model must then fail
 */
#ifndef SLOTS
#define SLOTS 1
#endif
#ifndef UPGRADES
#define UPGRADES 2
#endif
#ifndef RUNS
#define RUNS 2
#endif
#ifndef FAULTS
#define FAULTS 2
#endif
#define HOSTS 2
#define NONE 0

#ifdef KILL
#define POLICY_KILL true
#define OLDEST 4 /* twice lease_s: another host may take over */
#else
#define POLICY_KILL false
#define OLDEST 2
#endif
#define LEASE 2 /* lease_s, in steps of the clock */
#ifdef BREAK_TAKE_OVER_EARLY
#define FORFEIT_AT LEASE
#else
#define FORFEIT_AT (2 * LEASE)
#endif

/* The states of a run; of ws-upgrade; of the guardian; of a command. */
mtype = {queued, running, ended};
mtype = {waiting_turn, waiting_slot, inspecting_slot, taking_over, choosing_run, taking_lease, looking,
         proving_lease, starting, following, watching_orphan, concluding, dismissing, recording, recorded, putting_back};
mtype = {absent, concluded, ending, leaving, reaping};
mtype = {none, left_behind};

/* --- the database: committed data survives every fault */
typedef SlotRow {
  byte run_id, epoch, host;
  byte age /* since renewed_at */
};
typedef RunRow {
  mtype state;
  byte slot, epoch, host;
  bool log /* its log exists */
};
SlotRow row[SLOTS];
RunRow runs[RUNS + 1]; /* 0: no run */
/* ... and what a restart of the server loses: the named locks, with their holders (u + 1). */
byte turn, slot_name[SLOTS];
bool server_up = true;

/* --- the hosts */
bool host_up[HOSTS] = true, host_lost[HOSTS], network[HOSTS] = true;
typedef Files {
  bool known[RUNS + 1];   /* runs/ID.lock exists */
  byte verdict[RUNS + 1]; /* runs/ID.json holds the verdict of this epoch */
};
Files files[HOSTS];

typedef UpgradeProcess {
  mtype state = waiting_turn;
  bool frozen, for_good;
  bool connected;
  bool lease_lost, notified, unrecorded, left;
  bool host_lock, run_lock; /* open, locked descriptors */
  byte run_id, slot, epoch;
  byte age /* since the last successful renewal was requested */
};
UpgradeProcess up[UPGRADES];

typedef GuardianProcess {
  mtype state = absent;
  bool frozen, attached, stop, done;
  byte owner, run_id, epoch;
  byte age, grace
};
GuardianProcess guardian[HOSTS * SLOTS]; /* by its host lock */
mtype command[HOSTS * SLOTS] = none;
#ifdef PLACES
bool on_first[HOSTS * SLOTS]; /* whether the command works on the first server */
#endif

typedef LookingTool {
  byte run_id, epoch;
  bool run_lock, host_lock;
  bool same_files; /* the run's files have not been removed since they were read */
  byte slot;
  bool says, unstarted
};
LookingTool tool[HOSTS];

byte faults = FAULTS;
bool over;

#define HOST(u) ((u) % HOSTS)
#define AT(h, s) ((h) * SLOTS + (s))
#define REACHES(h) (server_up && host_up[h] && network[h])

#define UP_LOCKS_SLOT(u, h, s) (HOST(u) == (h) && up[u].host_lock && up[u].slot == (s))
#define UP_LOCKS_RUN(u, h, r) (HOST(u) == (h) && up[u].run_lock && up[u].run_id == (r))
#if UPGRADES == 2
#define ANY_UP(what, x, y) (what(0, x, y) || what(1, x, y))
#else
#define ANY_UP(what, x, y) (what(0, x, y) || what(1, x, y) || what(2, x, y))
#endif
/* flock(2) of locks/slot-N: the guardian, the command and its descendants, ws-upgrade before it starts one */
#define HOST_LOCKED(h, s)                                                                                  \
  (guardian[AT(h, s)].state != absent || command[AT(h, s)] != none || ANY_UP(UP_LOCKS_SLOT, h, s) ||       \
   (tool[h].host_lock && tool[h].slot == (s)))
#define RUN_LOCKED(h, r) (ANY_UP(UP_LOCKS_RUN, h, r) || (tool[h].run_lock && tool[h].run_id == (r)))

#define STALE(s) (row[s].age >= LEASE)
#define FORFEIT(s) (POLICY_KILL && row[s].age >= FORFEIT_AT)
#ifdef BREAK_TAKE_OVER_UNCHECKED
#define STILL_FORFEIT(s) true
#else
#define STILL_FORFEIT(s) FORFEIT(s)
#endif

/* The columns `server` and `place` of a row: they are written and cleared with its run. */
#ifdef PLACES
#define ON_SERVER_OF(s, r) (row[s].run_id != NONE && (row[s].run_id == 3) == ((r) == 3))
#if SLOTS == 1
#define HAS_PLACE(r) (!ON_SERVER_OF(0, r))
#else
#define HAS_PLACE(r) (!ON_SERVER_OF(0, r) && !ON_SERVER_OF(1, r))
#endif
#else
#define HAS_PLACE(r) true
#endif
#ifdef BREAK_NO_PLACE
#define GETS_PLACE(r) true
#else
#define GETS_PLACE(r) HAS_PLACE(r)
#endif

/* RunStore::next_due() */
#define IS_QUEUED(r) (runs[r].state == queued)
#define MAY_START(r) (IS_QUEUED(r) && GETS_PLACE(r))
#if RUNS == 1
#define IS_NEXT(r) MAY_START(1)
#define SOME_QUEUED IS_QUEUED(1)
#elif RUNS == 2
#define IS_NEXT(r) (MAY_START(r) && ((r) == 1 || !MAY_START(1)))
#define SOME_QUEUED (IS_QUEUED(1) || IS_QUEUED(2))
#else
#define IS_NEXT(r) (MAY_START(r) && ((r) == 1 || !MAY_START(1)) && ((r) < 3 || !MAY_START(2)))
#define SOME_QUEUED (IS_QUEUED(1) || IS_QUEUED(2) || IS_QUEUED(3))
#endif
#define FIRST_IS_FREE(h)                                                                                   \
  ((IS_NEXT(1) && !RUN_LOCKED(h, 1)) || (RUNS > 1 && IS_NEXT(2) && !RUN_LOCKED(h, 2)) ||                   \
   (RUNS > 2 && IS_NEXT(RUNS) && !RUN_LOCKED(h, RUNS)))

/* --- SlotStore: each is one transaction */

#ifdef BREAK_NO_EPOCH
#define HOLDS(s, e, r) (row[s].run_id != NONE)
#define IS_UNDER(r, s, e) (runs[r].state == running)
#else
#define HOLDS(s, e, r) (row[s].epoch == (e) && row[s].run_id == (r))
#ifdef BREAK_ANY_SLOT
#define IS_UNDER(r, s, e) (runs[r].state == running && runs[r].epoch == (e))
#else
#define IS_UNDER(r, s, e) (runs[r].state == running && runs[r].slot == (s) && runs[r].epoch == (e))
#endif
#endif

/* HostState::forget_run(): removes the files of a run, including its lock file. A process that still has the removed
 * lock file open no longer excludes others, and must not remove the files of the next holder. */
#define UNNAMES(u, h, r)                                                                \
  if                                                                                 \
  :: HOST(u) == (h) && up[u].run_id == (r) -> up[u].run_lock = false                 \
  :: else                                                                            \
  fi
#if UPGRADES == 2
#define UNNAMES_ALL(h, r) UNNAMES(0, h, r); UNNAMES(1, h, r)
#else
#define UNNAMES_ALL(h, r) UNNAMES(0, h, r); UNNAMES(1, h, r); UNNAMES(2, h, r)
#endif
#define forget(h, r)                                                                 \
  files[h].known[r] = false;                                                         \
  files[h].verdict[r] = 0;                                                           \
  UNNAMES_ALL(h, r);                                                                 \
  if                                                                                 \
  :: tool[h].run_id == (r) -> tool[h].same_files = false                             \
  :: else                                                                            \
  fi
#ifdef BREAK_FORGET_ANY
#define IS_SAME(same) true
#else
#define IS_SAME(same) (same)
#endif
#define forget_mine(u)                                                               \
  if                                                                                 \
  :: IS_SAME(up[u].run_lock) -> forget(HOST(u), up[u].run_id)                        \
  :: else                                                                            \
  fi

#define release(s, e, r)                                                             \
  if                                                                                 \
  :: HOLDS(s, e, r) -> row[s].run_id = NONE; row[s].age = 0; row[s].host = 0         \
  :: else                                                                            \
  fi

#define end_run(s, e, r)                                                             \
  if                                                                                 \
  :: IS_UNDER(r, s, e) ->                                                                  \
    runs[r].state = ended; runs[r].log = false;                                      \
    runs[r].epoch = 0; runs[r].slot = 0; runs[r].host = 0                            \
  :: else                                                                            \
  fi

#define give_back(s, e, r)                                                           \
  if                                                                                 \
  :: IS_UNDER(r, s, e) ->                                                                  \
    runs[r].state = queued; runs[r].log = false;                                     \
    runs[r].epoch = 0; runs[r].slot = 0; runs[r].host = 0                            \
  :: else                                                                            \
  fi;                                                                                \
  release(s, e, r)

/* --- ws-upgrade */

#define ME up[u]
#define MY_GUARDIAN guardian[AT(HOST(u), ME.slot)]
#define GUARDIAN_IS_MINE (MY_GUARDIAN.state != absent && MY_GUARDIAN.state != reaping && MY_GUARDIAN.run_id == ME.run_id && \
                          MY_GUARDIAN.epoch == ME.epoch)
#define RENEWS(u) (up[u].state == following || up[u].state == watching_orphan || up[u].state == concluding)
#define LEASE_IS_MINE(u) HOLDS(up[u].slot, up[u].epoch, up[u].run_id)

inline drop_named_locks(u) {
  if
  :: turn == u + 1 -> turn = NONE
  :: else
  fi;
  for (i : 0 .. SLOTS - 1) {
    if
    :: slot_name[i] == u + 1 -> slot_name[i] = NONE
    :: else
    fi
  };
  i = 0
}

/* The server drops the session, and with it the named locks. */
inline disconnect(u) {
  up[u].connected = false;
  drop_named_locks(u)
}

/* The process has died or is done with its run: its descriptors are closed. */
inline leave_run(u) {
  up[u].host_lock = false;
  up[u].run_lock = false;
  if
  :: guardian[AT(HOST(u), up[u].slot)].owner == u + 1 ->
    guardian[AT(HOST(u), up[u].slot)].attached = false;
    guardian[AT(HOST(u), up[u].slot)].owner = NONE
  :: else
  fi;
  up[u].run_id = NONE;
  up[u].slot = 0;
  up[u].epoch = 0;
  up[u].age = 0;
  up[u].lease_lost = false;
  up[u].notified = false;
  up[u].unrecorded = false;
  up[u].left = false
}

inline start_again(u) {
  leave_run(u);
  disconnect(u);
  up[u].frozen = false;
  up[u].for_good = false;
  up[u].state = waiting_turn
}

inline renew(u) {
  if
  :: LEASE_IS_MINE(u) ->
    row[ME.slot].age = 0;
    ME.age = 0;
    if
    :: slot_name[ME.slot] == NONE -> slot_name[ME.slot] = u + 1
    :: else
    fi;
    if
    :: GUARDIAN_IS_MINE -> MY_GUARDIAN.age = 0
    :: else
    fi
  :: else ->
    ME.lease_lost = true;
    if
    :: POLICY_KILL && GUARDIAN_IS_MINE -> MY_GUARDIAN.stop = true
    :: else
    fi
  fi
}

#define SLOT_IS_WORTH_A_LOOK(h, s)                                                                 \
  ((row[s].run_id == NONE && !HOST_LOCKED(h, s) && FIRST_IS_FREE(h)) ||                               \
   (row[s].run_id != NONE && row[s].host != (h) && FORFEIT(s)) ||                                     \
   (row[s].run_id != NONE && row[s].host == (h) && !files[h].known[row[s].run_id] && STALE(s) && !HOST_LOCKED(h, s)))

#define TAKES_RUN(r)                                                                                       \
  :: d_step {                                                                                              \
    ME.state == choosing_run && ME.connected && IS_NEXT(r) && !RUN_LOCKED(HOST(u), r) ->                   \
    forget(HOST(u), r);                                                                                    \
    files[HOST(u)].known[r] = true;                                                                        \
    ME.run_id = r;                                                                                         \
    ME.run_lock = true;                                                                                    \
    ME.age = 0;                                                                                            \
    ME.state = taking_lease                                                                                \
  }

#define TAKES_SLOT(s)                                                                                      \
  :: d_step {                                                                                              \
    ME.state == waiting_slot && ME.connected && slot_name[s] == NONE && SLOT_IS_WORTH_A_LOOK(HOST(u), s) -> \
    slot_name[s] = u + 1;                                                                                  \
    ME.slot = s;                                                                                           \
    ME.state = inspecting_slot                                                                             \
  }

proctype Upgrade(byte u) {
  byte i;
end:
  do
  :: d_step {
    !ME.frozen && ME.state != waiting_turn && !ME.connected && REACHES(HOST(u)) ->
    ME.connected = true
  }
  /* SlotLock::take(), wait_for_turn(): by a process that was started (by at(1), cron, a person) and holds nothing yet */
  :: d_step {
    ME.state == waiting_turn && !over && REACHES(HOST(u)) && turn == NONE && SOME_QUEUED ->
    ME.connected = true;
    turn = u + 1;
    ME.state = waiting_slot
  }
  /* wait_for_slot() */
  :: d_step { ME.state == waiting_slot && !SOME_QUEUED -> start_again(u) }
  TAKES_SLOT(0)
#if SLOTS > 1
  TAKES_SLOT(1)
#endif
  /* try_slot(), free_slot() */
  :: d_step {
    ME.state == inspecting_slot && ME.connected ->
    if
    :: row[ME.slot].run_id == NONE && !HOST_LOCKED(HOST(u), ME.slot) ->
      ME.host_lock = true;
      ME.state = choosing_run
    :: row[ME.slot].run_id != NONE && row[ME.slot].host != HOST(u) && FORFEIT(ME.slot) ->
      ME.run_id = row[ME.slot].run_id;
      ME.epoch = row[ME.slot].epoch;
      ME.state = taking_over
    :: row[ME.slot].run_id != NONE && row[ME.slot].host == HOST(u) && !files[HOST(u)].known[row[ME.slot].run_id] &&
       STALE(ME.slot) && !HOST_LOCKED(HOST(u), ME.slot) ->
      end_run(ME.slot, row[ME.slot].epoch, row[ME.slot].run_id);
      row[ME.slot].run_id = NONE;
      row[ME.slot].age = 0;
      row[ME.slot].host = 0
    :: else ->
      slot_name[ME.slot] = NONE;
      ME.slot = 0;
      ME.state = waiting_slot
    fi
  }
  /* Recovery::take_over(): the row was read; now it is written */
  :: d_step {
    ME.state == taking_over && ME.connected ->
    if
    :: HOLDS(ME.slot, ME.epoch, ME.run_id) && STILL_FORFEIT(ME.slot) ->
      end_run(ME.slot, ME.epoch, ME.run_id);
      release(ME.slot, ME.epoch, ME.run_id)
    :: else
    fi;
    ME.run_id = NONE;
    ME.epoch = 0;
    ME.state = inspecting_slot
  }
  TAKES_RUN(1)
#if RUNS > 1
  TAKES_RUN(2)
#endif
#if RUNS > 2
  TAKES_RUN(3)
#endif
  :: d_step {
    ME.state == choosing_run && ME.connected && !FIRST_IS_FREE(HOST(u)) ->
    ME.host_lock = false;
    slot_name[ME.slot] = NONE;
    ME.slot = 0;
    ME.state = waiting_slot
  }
  /* SlotStore::take(): the row is authoritative, and the run must still be queued */
  :: d_step {
    ME.state == taking_lease && ME.connected ->
    if
    :: row[ME.slot].run_id == NONE && runs[ME.run_id].state == queued && GETS_PLACE(ME.run_id) ->
      row[ME.slot].epoch++;
      row[ME.slot].run_id = ME.run_id;
      row[ME.slot].host = HOST(u);
      row[ME.slot].age = 0;
      runs[ME.run_id].state = running;
      runs[ME.run_id].slot = ME.slot;
      runs[ME.run_id].epoch = row[ME.slot].epoch;
      runs[ME.run_id].host = HOST(u);
      runs[ME.run_id].log = false;
      ME.epoch = row[ME.slot].epoch;
      turn = NONE;
      ME.state = looking
    :: else ->
      forget_mine(u);
      slot_name[ME.slot] = NONE;
      leave_run(u);
      ME.state = waiting_slot
    fi
  }
  /* Connection lost before the commit: the wait starts again. (After it: taken_after_all() finds the lease.) */
  :: d_step {
    !ME.connected && (ME.state == waiting_slot || ME.state == inspecting_slot || ME.state == taking_over ||
                      ME.state == choosing_run || ME.state == taking_lease) ->
    if
    :: ME.state == taking_lease -> forget_mine(u)
    :: else
    fi;
    start_again(u)
  }
  /* UpgradeRunner::work() inspects the workspace, which may take long and does not renew the lease */
  :: d_step { ME.state == looking -> ME.state = proving_lease }
  /* Supervisor::lease_is_fresh() */
  :: d_step { ME.state == proving_lease && ME.age == 0 -> ME.state = starting }
  :: d_step {
    ME.state == proving_lease && ME.age > 0 && ME.connected && !ME.lease_lost ->
    renew(u);
    if
    :: !ME.lease_lost -> ME.state = starting
    :: else
    fi
  }
  :: d_step {
    ME.state == proving_lease && (ME.lease_lost || (!ME.connected && ME.age >= LEASE)) ->
    ME.host_lock = false;
    ME.state = putting_back
  }
  /* create_run_logs(), then Guardian::start(), which passes on the host lock */
  :: d_step {
    ME.state == starting ->
    runs[ME.run_id].log = true;
    MY_GUARDIAN.state = starting;
    MY_GUARDIAN.run_id = ME.run_id;
    MY_GUARDIAN.epoch = ME.epoch;
    MY_GUARDIAN.age = ME.age;
    MY_GUARDIAN.attached = true;
    MY_GUARDIAN.owner = u + 1;
    MY_GUARDIAN.stop = false;
    MY_GUARDIAN.done = false;
    MY_GUARDIAN.grace = 0;
    ME.host_lock = false;
    ME.state = following
  }
  /* LeaseRenewer: renewals that the clock does not do for processes that are in time */
  :: d_step {
    !ME.frozen && RENEWS(u) && ME.connected && !ME.lease_lost && (ME.age > 0 || !LEASE_IS_MINE(u)) ->
    renew(u)
  }
  /* Supervisor::follow() */
  :: d_step { !ME.frozen && ME.state == following && ME.notified -> ME.state = concluding }
  :: d_step {
    !ME.frozen && ME.state == following && !ME.notified && !GUARDIAN_IS_MINE ->
    ME.state = watching_orphan
  }
  /* watch_orphan(): the host lock shows when the command has ended */
  :: d_step {
    !ME.frozen && ME.state == watching_orphan && POLICY_KILL && command[AT(HOST(u), ME.slot)] != none &&
    !GUARDIAN_IS_MINE ->
    command[AT(HOST(u), ME.slot)] = none
  }
  :: d_step {
    !ME.frozen && ME.state == watching_orphan && !HOST_LOCKED(HOST(u), ME.slot) ->
    ME.state = concluding
  }
  /* conclude(): the probes need the database; while it is unavailable, the verdict waits */
  :: d_step { !ME.frozen && ME.state == concluding && ME.connected -> ME.state = dismissing }
  :: d_step {
    !ME.frozen && ME.state == concluding && !ME.connected && ME.age >= LEASE ->
    ME.unrecorded = true;
    ME.state = dismissing
  }
  /* dismiss() */
  :: d_step {
    !ME.frozen && ME.state == dismissing && GUARDIAN_IS_MINE && !MY_GUARDIAN.done ->
    MY_GUARDIAN.done = true
  }
#ifdef BREAK_RELEASE_EARLY
  :: d_step { !ME.frozen && ME.state == dismissing -> ME.state = recording }
#else
  :: d_step {
    !ME.frozen && ME.state == dismissing && GUARDIAN_IS_MINE && MY_GUARDIAN.done ->
    ME.left = true;
    ME.state = recording
  }
  :: d_step {
    !ME.frozen && ME.state == dismissing && !GUARDIAN_IS_MINE ->
#ifndef BREAK_DISMISS_TRUSTS
    ME.left = HOST_LOCKED(HOST(u), ME.slot);
#endif
    ME.state = recording
  }
#endif
  /* record(): SlotStore::end() in one transaction, then the files */
  :: d_step {
    !ME.frozen && ME.state == recording && (ME.unrecorded || (!ME.connected && ME.age >= LEASE)) ->
    start_again(u)
  }
  :: d_step {
    !ME.frozen && ME.state == recording && !ME.unrecorded && ME.connected ->
    end_run(ME.slot, ME.epoch, ME.run_id);
    if
    :: !ME.left -> release(ME.slot, ME.epoch, ME.run_id)
    :: else
    fi;
    ME.state = recorded
  }
  :: d_step {
    !ME.frozen && ME.state == recorded ->
    if
    :: !ME.left -> forget_mine(u)
    :: else
    fi;
    start_again(u)
  }
  /* UpgradeRunner::put_back() */
  :: d_step {
    ME.state == putting_back && ME.connected ->
    give_back(ME.slot, ME.epoch, ME.run_id);
    ME.left = false;
    ME.state = recorded
  }
  :: d_step { ME.state == putting_back && !ME.connected && ME.age >= LEASE -> start_again(u) }
  od
}

/* --- the guardian and its command */

#define G guardian[g]
#define LEASE_IS_OVER (!G.attached || G.age >= LEASE)

inline conclude(g) {
  files[h].verdict[G.run_id] = G.epoch;
  if
  :: G.attached -> up[G.owner - 1].notified = true
  :: else
  fi;
  G.state = concluded
}

inline become_absent(g) {
  G.state = absent;
  G.frozen = false;
  G.attached = false;
  G.owner = NONE;
  G.stop = false;
  G.done = false;
  G.run_id = NONE;
  G.epoch = 0;
  G.age = 0;
  G.grace = 0
}

proctype Guardian(byte h; byte s) {
  byte g = AT(h, s);
end:
  do
  :: d_step {
    !G.frozen && G.state == starting ->
    if
#ifndef BREAK_START_UNCHECKED
    :: POLICY_KILL && G.age >= LEASE -> conclude(g)
    :: !(POLICY_KILL && G.age >= LEASE) ->
#else
    :: true ->
#endif
      command[g] = running;
#ifdef PLACES
      on_first[g] = (G.run_id != 3);
#endif
      G.state = running
    fi
  }
  :: d_step {
    !G.frozen && G.state == running && command[g] == running && (G.stop || (POLICY_KILL && LEASE_IS_OVER)) ->
    G.grace = 0;
    G.state = ending
  }
  :: d_step { !G.frozen && G.state == running && command[g] != running -> conclude(g) }
  :: d_step { !G.frozen && G.state == ending && command[g] != running -> conclude(g) }
  :: d_step { !G.frozen && G.state == ending && G.grace > 0 && command[g] != none -> command[g] = none }
  :: d_step { !G.frozen && G.state == concluded && (G.done || LEASE_IS_OVER) -> G.state = leaving }
  :: d_step {
    !G.frozen && G.state == leaving && POLICY_KILL && G.grace > 0 && command[g] != none ->
    command[g] = none
  }
  :: d_step { !G.frozen && G.state == leaving && command[g] == none -> become_absent(g) }
  /* Its parent process, with `kill`: it outlives a killed guardian, and kills the guardian's descendants. */
  :: d_step { G.state == reaping -> command[g] = none; become_absent(g) }
  od
}

proctype Command(byte g) {
end:
  do
  :: d_step { command[g] == running -> command[g] = none }
  :: d_step { command[g] == running -> command[g] = left_behind }
  :: d_step { command[g] == left_behind -> command[g] = none }
  od
}

/* --- Recovery, by any tool on this host, including waiting ws-upgrades */

#ifdef BREAK_RECOVER_UNLOCKED
#define CAN_LOCK(h, s) true
#else
#define CAN_LOCK(h, s) !HOST_LOCKED(h, s)
#endif

/* An abandoned run: recover_abandoned() */
#define ABANDONED_HERE(r) (files[h].known[r] && !RUN_LOCKED(h, r))
#define RUNS_HERE(r) (runs[r].state == running && runs[r].host == h && CAN_LOCK(h, runs[r].slot))
#define FROZEN_HERE(r)                                                                                  \
  (files[h].known[r] && RUN_LOCKED(h, r) && RUNS_HERE(r) && row[runs[r].slot].run_id == (r) &&             \
   row[runs[r].slot].host == h && STALE(runs[r].slot))
#define KEEPS_ROW(r, s) (row[s].run_id == (r) && row[s].host == h)

#define LOOKS_AT(r)                                                                                     \
  :: d_step { FREE_TOOL && ABANDONED_HERE(r) && runs[r].state == queued -> forget(h, r) }               \
  :: d_step {                                                                                           \
    FREE_TOOL && (ABANDONED_HERE(r) && RUNS_HERE(r) || FROZEN_HERE(r)) ->                               \
    T.run_id = r;                                                                                          \
    T.run_lock = !RUN_LOCKED(h, r);                                                                     \
    T.host_lock = true;                                                                                 \
    T.same_files = true;                                                                                \
    T.slot = runs[r].slot;                                                                              \
    T.epoch = runs[r].epoch;                                                                            \
    T.says = files[h].verdict[r] == runs[r].epoch;                                                      \
    T.unstarted = !runs[r].log                                                                          \
  }                                                                                                     \
  :: d_step {                                                                                           \
    FREE_TOOL && ABANDONED_HERE(r) && runs[r].state == ended && !KEEPS_A_ROW(r) ->                      \
    forget(h, r)                                                                                        \
  }                                                                                                     \
  FREES_ROW(r, 0)                                                                                       \
  FREES_ROW_1(r)

#ifdef BREAK_FROZEN_AT_THE_END
#define IS_FROZEN(r, s) false
#else
#define IS_FROZEN(r, s) (files[h].known[r] && STALE(s))
#endif
/* Ended, but the command left processes behind: the slot is free when they have ended. */
#define FREES_ROW(r, s)                                                                                 \
  :: d_step {                                                                                           \
    FREE_TOOL && (ABANDONED_HERE(r) || IS_FROZEN(r, s)) && runs[r].state == ended && KEEPS_ROW(r, s) && \
      CAN_LOCK(h, s) ->                                                                                 \
    release(s, row[s].epoch, r);                                                                        \
    files[h].known[r] = RUN_LOCKED(h, r)                                                                \
  }
#if SLOTS > 1
#define FREES_ROW_1(r) FREES_ROW(r, 1)
#define KEEPS_A_ROW(r) (KEEPS_ROW(r, 0) || KEEPS_ROW(r, 1))
#else
#define FREES_ROW_1(r)
#define KEEPS_A_ROW(r) KEEPS_ROW(r, 0)
#endif

#define T tool[h]
#define FREE_TOOL (T.run_id == NONE && REACHES(h))

inline put_down(h) {
  tool[h].run_id = NONE;
  tool[h].epoch = 0;
  tool[h].slot = 0;
  tool[h].run_lock = false;
  tool[h].host_lock = false;
  tool[h].same_files = false;
  tool[h].says = false;
  tool[h].unstarted = false
}

proctype Look(byte h) {
end:
  do
#ifndef BREAK_NO_RECOVERY
  LOOKS_AT(1)
#if RUNS > 1
  LOOKS_AT(2)
#endif
#if RUNS > 2
  LOOKS_AT(3)
#endif
#endif
  /* recover_running(): the host lock is ours, the status file is read; now the end is written */
  :: d_step {
    T.run_id != NONE && REACHES(h) ->
    if
    :: !T.says && T.unstarted -> give_back(T.slot, T.epoch, T.run_id)
    :: else -> end_run(T.slot, T.epoch, T.run_id); release(T.slot, T.epoch, T.run_id)
    fi;
    if
    :: IS_SAME(T.same_files) -> forget(h, T.run_id)
    :: else
    fi;
    put_down(h)
  }
  :: d_step { T.run_id != NONE && !REACHES(h) -> put_down(h) }
  od
}

/* --- time */

#define TIMELY(u) \
  (RENEWS(u) && up[u].connected && !up[u].frozen && !up[u].lease_lost && up[u].age == 0 && LEASE_IS_MINE(u))
#define TIMELY_FOR(u, s, x) (TIMELY(u) && up[u].slot == (s))
#define ROW_AGES(s) (row[s].run_id != NONE && row[s].age < OLDEST && !ANY_UP(TIMELY_FOR, s, 0))
#define UP_AGES(u) (up[u].run_id != NONE && up[u].state != taking_over && up[u].age < LEASE && !TIMELY(u))
#define IS_TOLD(g) (guardian[g].attached && TIMELY(guardian[g].owner - 1))
#define COUNTS_GRACE(g)                                                                                   \
  (guardian[g].grace == 0 && (guardian[g].state == ending || (POLICY_KILL && guardian[g].state == leaving && \
                                                              command[g] != none)))
#define GUARDIAN_AGES(g)                                                                                  \
  (guardian[g].state != absent && guardian[g].state != reaping &&                                         \
   ((guardian[g].age < LEASE && !IS_TOLD(g)) || COUNTS_GRACE(g)))

/* Processes that are not frozen do what is due before half a lease passes. */
#define UP_IS_LATE(u, x, y)                                                                          \
  (RENEWS(u) && up[u].connected && !up[u].frozen && !up[u].lease_lost && (up[u].age > 0 || !LEASE_IS_MINE(u)))
#define GUARDIAN_IS_LATE(g)                                                                          \
  (guardian[g].state == reaping ||                                                                   \
   (!guardian[g].frozen &&                                                                           \
    (guardian[g].state == starting ||                                                                \
     (guardian[g].state == running && command[g] == running &&                                       \
      (guardian[g].stop ||                                                                           \
       (POLICY_KILL && (!guardian[g].attached || guardian[g].age >= LEASE)))) ||                     \
     ((guardian[g].state == running || guardian[g].state == ending) && command[g] != running) ||     \
     (guardian[g].state == concluded && (!guardian[g].attached || guardian[g].age >= LEASE)) ||      \
     ((guardian[g].state == ending || (guardian[g].state == leaving && POLICY_KILL)) &&              \
      guardian[g].grace > 0 && command[g] != none))))

#if SLOTS == 1
#define ANY_ROW(what) what(0)
#define ANY_GUARDIAN(what) (what(0) || what(1))
#else
#define ANY_ROW(what) (what(0) || what(1))
#define ANY_GUARDIAN(what) (what(0) || what(1) || what(2) || what(3))
#endif
#if UPGRADES == 2
#define ANY_UP_AGES (UP_AGES(0) || UP_AGES(1))
#else
#define ANY_UP_AGES (UP_AGES(0) || UP_AGES(1) || UP_AGES(2))
#endif

proctype Clock() {
  byte i;
  bool ages[SLOTS], up_ages[UPGRADES], guardian_ages[HOSTS * SLOTS];
end:
  do
  :: d_step {
    (ANY_ROW(ROW_AGES) || ANY_UP_AGES || ANY_GUARDIAN(GUARDIAN_AGES)) && !ANY_UP(UP_IS_LATE, 0, 0) &&
    !ANY_GUARDIAN(GUARDIAN_IS_LATE) ->
    for (i : 0 .. SLOTS - 1) { ages[i] = ROW_AGES(i) };
    for (i : 0 .. UPGRADES - 1) { up_ages[i] = UP_AGES(i) };
    for (i : 0 .. HOSTS * SLOTS - 1) { guardian_ages[i] = guardian[i].age < LEASE && !IS_TOLD(i) };
    for (i : 0 .. SLOTS - 1) {
      row[i].age = row[i].age + ages[i];
      ages[i] = false
    };
    for (i : 0 .. UPGRADES - 1) {
      up[i].age = up[i].age + up_ages[i];
      up_ages[i] = false
    };
    for (i : 0 .. HOSTS * SLOTS - 1) {
      if
      :: guardian[i].state != absent && guardian[i].state != reaping ->
        guardian[i].age = guardian[i].age + guardian_ages[i];
        guardian[i].grace = guardian[i].grace + COUNTS_GRACE(i)
      :: else
      fi;
      guardian_ages[i] = false
    };
    i = 0
  }
  od
}

/* --- faults: FAULTS in total */

#define FAULT(condition) faults > 0 && !over && condition -> faults--
#define CAN_FREEZE(u)                                                                                \
  (!up[u].frozen && (RENEWS(u) || up[u].state == dismissing || up[u].state == recording || up[u].state == recorded))

proctype UpgradeFaults(byte u) {
  byte i;
end:
  do
  :: d_step { FAULT(up[u].state != waiting_turn); start_again(u) }
  :: d_step { FAULT(up[u].connected); disconnect(u) }
  :: d_step { FAULT(up[u].state == looking); up[u].host_lock = false; up[u].state = putting_back }
  :: d_step { FAULT(CAN_FREEZE(u)); up[u].frozen = true }
  :: d_step { FAULT(CAN_FREEZE(u)); up[u].frozen = true; up[u].for_good = true }
  :: d_step { up[u].frozen && !up[u].for_good -> up[u].frozen = false }
  /* wait_timeout of the session is the lease */
  :: d_step { up[u].frozen && up[u].connected -> disconnect(u) }
  od
}

proctype GuardianFaults(byte g) {
end:
  do
  :: d_step {
    FAULT(guardian[g].state != absent && guardian[g].state != reaping);
    if
    :: POLICY_KILL ->
      guardian[g].state = reaping;
      guardian[g].attached = false;
      guardian[g].owner = NONE;
      guardian[g].frozen = false
    :: else -> become_absent(g)
    fi
  }
#if !defined(KILL) || defined(LIMIT_FROZEN_GUARDIAN)
  :: d_step { FAULT(guardian[g].state != absent && guardian[g].state != reaping && !guardian[g].frozen); guardian[g].frozen = true }
  :: d_step { guardian[g].frozen -> guardian[g].frozen = false }
#endif
  od
}

/* Power failure: everything is killed; the host comes back, or it does not. */
inline lose_power(h) {
  host_up[h] = false;
  for (j : 0 .. UPGRADES - 1) {
    if
    :: HOST(j) == h -> start_again(j)
    :: else
    fi
  };
  for (j : 0 .. SLOTS - 1) {
    become_absent(AT(h, j));
    command[AT(h, j)] = none
  };
  j = 0;
  put_down(h)
}

proctype HostFaults(byte h) {
  byte i, j;
end:
  do
  :: d_step {
    FAULT(network[h] && host_up[h]);
    network[h] = false;
    for (j : 0 .. UPGRADES - 1) {
      if
      :: HOST(j) == h -> disconnect(j)
      :: else
      fi
    };
    j = 0
  }
  :: d_step { !network[h] -> network[h] = true }
  :: d_step { FAULT(host_up[h]); lose_power(h) }
  :: d_step { FAULT(host_up[h]); lose_power(h); host_lost[h] = true }
  :: d_step { !host_up[h] && !host_lost[h] -> host_up[h] = true }
  od
}

proctype ServerFaults() {
  byte i, j;
end:
  do
  :: d_step {
    FAULT(server_up);
    server_up = false;
    for (j : 0 .. UPGRADES - 1) { disconnect(j) };
    j = 0
  }
  :: d_step { !server_up -> server_up = true }
  od
}

/* --- the properties */

#define ALIVE(g) (command[g] != none)
#if SLOTS == 1
#define COMMANDS (ALIVE(0) + ALIVE(1))
#else
#define COMMANDS (ALIVE(0) + ALIVE(1) + ALIVE(2) + ALIVE(3))
#endif
#define IS_NOT_ENDED(r) (runs[r].state != ended)
#if RUNS == 1
#define ALL_ENDED (!IS_NOT_ENDED(1))
#elif RUNS == 2
#define ALL_ENDED (!IS_NOT_ENDED(1) && !IS_NOT_ENDED(2))
#else
#define ALL_ENDED (!IS_NOT_ENDED(1) && !IS_NOT_ENDED(2) && !IS_NOT_ENDED(3))
#endif
/* Runs stay queued if no process is left to take them: a frozen process represents all processes of its host. */
#define CAN_WORK(u, x, y) (!host_lost[HOST(u)] && !up[u].for_good)
#define NONE_RUNS (runs[1].state != running && (RUNS < 2 || runs[2 % (RUNS + 1)].state != running) && \
                   (RUNS < 3 || runs[3 % (RUNS + 1)].state != running))
#define IS_TAKEN(s) (row[s].run_id != NONE)
#define IS_THERE(g) (guardian[g].state != absent)

/* Never more commands at a time than slots; processes that they left behind count. */
#define promise_kept (COMMANDS <= SLOTS)
/* Never more on a server than its slots, of which it has one. */
#ifdef PLACES
#define COUNTS(g) (command[g] != none && on_first[g])
#define COUNTS_ON_SECOND(g) (command[g] != none && !on_first[g])
#if SLOTS == 1
#define places_kept true
#else
#define places_kept                                                        \
  (COUNTS(0) + COUNTS(1) + COUNTS(2) + COUNTS(3) <= 1 &&                     \
   COUNTS_ON_SECOND(0) + COUNTS_ON_SECOND(1) + COUNTS_ON_SECOND(2) + COUNTS_ON_SECOND(3) <= 1)
#endif
#else
#define places_kept true
#endif
/* Never two commands of one run. */
#define SAME(a, b) \
  (command[a] == running && command[b] == running && guardian[a].run_id != NONE && \
   guardian[a].run_id == guardian[b].run_id)
#if SLOTS == 1
#define each_run_once (!SAME(0, 1))
#else
#define each_run_once (!(SAME(0, 1) || SAME(0, 2) || SAME(0, 3) || SAME(1, 2) || SAME(1, 3) || SAME(2, 3)))
#endif

/* When nothing more can happen. A host that never comes back needs a person (finish), or the next ws-upgrade that
 * wants the slot (kill); nothing else may be left to do. */
proctype Referee() {
  byte s;
end:
  do
  :: d_step { !promise_kept -> assert(promise_kept) }
  :: d_step { !each_run_once -> assert(each_run_once) }
#ifdef PLACES
  :: d_step { !places_kept -> assert(places_kept) }
#endif
  :: atomic {
    timeout && !over ->
    s = 0;
    do
    :: s < SLOTS && !(row[s].run_id != NONE && host_lost[row[s].host] && row[s].age == OLDEST) -> s++
    :: else -> break
    od;
    if
    :: s < SLOTS ->
      end_run(s, row[s].epoch, row[s].run_id);
      row[s].run_id = NONE;
      row[s].age = 0;
      row[s].host = 0
    :: else ->
      assert(ALL_ENDED || (!ANY_UP(CAN_WORK, 0, 0) && NONE_RUNS));
      assert(!ANY_ROW(IS_TAKEN) && !ANY_GUARDIAN(IS_THERE) && COMMANDS == 0);
      over = true
    fi;
    s = 0
  }
  od
}

init {
  byte i;
  atomic {
    for (i : 1 .. RUNS) { runs[i].state = queued };
    for (i : 0 .. UPGRADES - 1) {
      run Upgrade(i);
      run UpgradeFaults(i)
    };
    for (i : 0 .. HOSTS * SLOTS - 1) {
      run Guardian(i / SLOTS, i % SLOTS);
      run Command(i);
      run GuardianFaults(i)
    };
    for (i : 0 .. HOSTS - 1) {
      run Look(i);
      run HostFaults(i)
    };
    run ServerFaults();
    run Clock();
    run Referee();
    i = 0
  }
}
