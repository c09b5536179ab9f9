-- SPDX-License-Identifier: MIT
-- The jars of the released patch.
INSERT INTO patch_jar (patch, name, bundle, version, md5, sha256, size, recorded_at, recorded_by) VALUES
  (11, 'a_1.0.jar', 'a_1.0.0.jar', '1.0.0', REPEAT('a', 32), REPEAT('b', 64), 1234, '2014-01-09 09:00:00', 'quy'),
  (11, 'c.jar', 'c.jar', '', REPEAT('c', 32), REPEAT('d', 64), 5, '2014-01-09 09:00:00', 'quy');
INSERT INTO event (id, patch, at, actor, via, action, changes, comment, time_s, inputs) VALUES
  (116, 11, '2014-01-09 09:00:00', 'quy', 'pmt-verify', 'record', CONCAT('[{"key":"a_1.0.jar","from":null,"to":"', REPEAT('b', 64),
    '"},{"key":"c.jar","from":null,"to":"', REPEAT('d', 64), '"}]'), NULL, NULL, NULL);
