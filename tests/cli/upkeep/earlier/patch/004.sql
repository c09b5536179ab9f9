-- SPDX-License-Identifier: MIT
-- A patch whose history is chained from its first event, with a time entry of another day that was revoked.
UPDATE number_sequence SET last = 3, cap = 3 WHERE name = '4.2.0';
INSERT INTO choice_alias (list, alias, value) VALUES ('clients', 'ACME Inc', 'Acme');
UPDATE deliverer SET epoch = 7 WHERE name = 'outbox';
INSERT INTO patch (id, platform, platform_key, number, created_at, created_by, lifecycle, lifecycle_version, state, state_since,
    state_event, version, stale, links, fields, history_hash) VALUES
  (15, '4.2.0', '00004.00002.00000', 3, '2014-01-10 09:00:00', 'al', 'PatchLifeCycle', 1, 'Development', '2014-01-10 09:00:00', 201, 3, 1, '',
    '\noverview_carbonPlatform=4.2.0\noverview_name=WSO2-CARBON-PATCH-4.2.0-0003\n',
    '8e11448f54f4bea4eba33f9e4a096ead4b61fb3fc229a50538efa0726ec2fe1f');
INSERT INTO event (id, patch, at, actor, via, action, changes, comment, time_s, inputs, worked_on, revokes, hash) VALUES
  (201, 15, '2014-01-10 09:00:00', 'al', 'pmt-patch new', 'create',
    '[{"key":"lifecycle","from":null,"to":"PatchLifeCycle"},{"key":"state","from":null,"to":"Development"}]', NULL, NULL, NULL, NULL,
    NULL, 'c306d6837af65b4ad767f34d255b2371c92fc7bfbeacc6033c54f4eb33a8d1f1'),
  (202, 15, '2014-01-10 10:00:00', 'al', 'pmt-lifecycle log-time', 'log-time', NULL, 'café', 3600, NULL, '2014-01-09', NULL,
    '085e7e7673db92fed9672fb08e79e91c2a627e017b66e2c2228a2897ed98d3ce'),
  (203, 15, '2014-01-10 11:00:00', 'al', 'pmt-lifecycle log-time', 'revoke', NULL, 'not ours', NULL, NULL, NULL, 202,
    '8e11448f54f4bea4eba33f9e4a096ead4b61fb3fc229a50538efa0726ec2fe1f');
