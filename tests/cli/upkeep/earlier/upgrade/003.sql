-- SPDX-License-Identifier: MIT
-- A sweep that a rule stopped, with one of its runs; a workspace on hold.
INSERT INTO sweep (name, canary, max_failures, until_at, due_at, queued_at, queued_by, started, failures, canary_done,
    canary_failures, stopped_at, stopped_by, stop_detail) VALUES
  ('night', 1, 2, NULL, '2014-01-06 22:00:00.000', '2014-01-06 20:00:00.000', 'ann', 1, 1, 1, 1, '2014-01-06 22:10:00.000', 'canary',
    'zeta failed');
INSERT INTO run (id, workspace, target, state, active, origin, priority, requested_by, queued_at, due_at, started_at, ended_at, host,
    exit_status, detail, sweep, pinned, sweep_part) VALUES
  (6, 'zeta', '2.0', 'failed', NULL, 'manual', 9, 'ann', '2014-01-06 20:00:00.000', '2014-01-06 22:00:00.000',
    '2014-01-06 22:00:01.000', '2014-01-06 22:09:59.000', '11111111-2222-3333-4444-555555555555', 1, 'it ended with status 1',
    'night', 1, 1);
INSERT INTO stop (at, sweep, host, rule, not_started, detail) VALUES
  ('2014-01-06 22:10:00.000', 'night', '11111111-2222-3333-4444-555555555555', 'canary', 4, 'zeta failed');
INSERT INTO hold (workspace, held_at, held_by, reason, gate_closed) VALUES
  ('eta', '2014-01-07 08:00:00.000', 'ann', 'the customer asked', 1);
