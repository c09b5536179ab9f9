-- SPDX-License-Identifier: MIT
-- A void patch of another platform.
INSERT INTO patch (id, platform, platform_key, number, created_at, created_by, lifecycle, lifecycle_version, state, state_since,
    version, stale, links, fields, voided_at, voided_by) VALUES
  (16, '4.4.0', '00004.00004.00000', 1, '2014-01-11 09:00:00', 'al', 'PatchLifeCycle', 1, 'Development', '2014-01-11 09:00:00', 2, 1, '',
    '\noverview_carbonPlatform=4.4.0\noverview_name=WSO2-CARBON-PATCH-4.4.0-0001\n', '2014-01-12 09:00:00', 'quy');
