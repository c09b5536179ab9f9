-- SPDX-License-Identifier: MIT
-- A success of a workspace whose size is known, and its steps.
INSERT INTO run (id, workspace, target, state, active, origin, priority, queued_at, due_at, started_at, ended_at, host, exit_status,
    percent, steps, size_bytes) VALUES
  (7, 'theta', '2.0', 'succeeded', NULL, 'manual', 9, '2014-01-08 20:00:00.000', '2014-01-08 22:00:00.000',
    '2014-01-08 22:00:00.000', '2014-01-08 22:10:00.000', '11111111-2222-3333-4444-555555555555', 0, 100,
    '[["tables",200.0],["indexes",400.0]]', 5000000000);
