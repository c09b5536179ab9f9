-- SPDX-License-Identifier: MIT
-- Runs that ended, two that wait, and one that another host is at.
INSERT INTO run (id, workspace, target, state, active, origin, priority, via, job, requested_by, reason, queued_at, due_at,
    started_at, ended_at, host, pid, slot, epoch, exit_status, log_lines, percent, step, steps, log, detail) VALUES
  (1, 'acme', '2.0', 'succeeded', NULL, 'manual', 9, 'at', '17', 'ann', 'the night''s work', '2014-01-02 20:00:00.000',
    '2014-01-02 22:00:00.000', '2014-01-02 22:00:01.500', '2014-01-02 22:10:01.500', '11111111-2222-3333-4444-555555555555', 4711, 1,
    3, 0, 120, 100, NULL, NULL, '/var/log/upkeep/acme/1.log', NULL),
  (2, 'beta', '2.0', 'failed', NULL, 'login', 5, 'at', '18', 'bob', NULL, '2014-01-03 08:00:00.000', '2014-01-03 08:00:00.000',
    '2014-01-03 08:00:02.000', '2014-01-03 08:01:02.000', '11111111-2222-3333-4444-555555555555', 4712, 1, 4, 3, 7, 40, 'tables',
    NULL, '/var/log/upkeep/beta/2.log', 'it ended with status 3'),
  (3, 'gamma', '2.0', 'queued', 1, 'manual', 9, NULL, NULL, 'ann', 'later', '2014-01-04 08:00:00.000', '2214-01-04 22:00:00.000', NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL),
  (4, 'delta', '2.0', 'queued', 1, 'login', 5, NULL, NULL, 'dan', NULL, '2014-01-04 09:00:00.000', '2214-01-04 22:00:00.000', NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL),
  (5, 'eps', '2.0', 'running', 1, 'login', 5, NULL, NULL, 'eve', NULL, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), NULL,
    '11111111-2222-3333-4444-555555555555', 4713, 1, 5, NULL, 9, 30, 'tables', NULL, '/var/log/upkeep/eps/5.log', NULL);
INSERT INTO slot (slot, epoch, run, host, policy, lease_s, acquired_at, renewed_at) VALUES
  (1, 5, 5, '11111111-2222-3333-4444-555555555555', 'finish', 3600, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6));
