-- SPDX-License-Identifier: MIT
-- links between patches

-- The links of a patch or a request; a target is stored by name because it need not exist. `place` orders the links of
-- a patch.
CREATE TABLE IF NOT EXISTS link (
  patch BIGINT UNSIGNED NOT NULL,
  type VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  platform VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number INT UNSIGNED NOT NULL,
  place INT UNSIGNED NOT NULL,
  PRIMARY KEY (patch, type, platform, number),
  KEY by_target (platform, number, type)) ENGINE=InnoDB;

-- `patch.links` contains them as lines `TYPE=PLATFORM-NUMBER`; it is no longer read. Lines are numbered with four
-- digits, and digits are joined only as far as the patch has lines.
INSERT IGNORE INTO link (patch, type, platform, number, place)
  SELECT one.patch, SUBSTRING_INDEX(one.line, '=', 1),
    SUBSTRING_INDEX(SUBSTRING_INDEX(one.line, '=', -1), '-', 1),
    SUBSTRING_INDEX(one.line, '-', -1), one.place
  FROM (
    SELECT p.id AS patch, a.n + b.n + c.n + d.n AS place,
      SUBSTRING_INDEX(SUBSTRING_INDEX(p.links, CHAR(10 USING utf8mb4), a.n + b.n + c.n + d.n + 1),
        CHAR(10 USING utf8mb4), -1) AS line
    FROM (
      SELECT id, links,
        LENGTH(links) - LENGTH(REPLACE(links, CHAR(10 USING utf8mb4), '')) AS ends
      FROM patch WHERE links <> '') p
    STRAIGHT_JOIN (SELECT 0 AS n UNION ALL SELECT 1000 UNION ALL SELECT 2000 UNION ALL SELECT 3000
      UNION ALL SELECT 4000 UNION ALL SELECT 5000 UNION ALL SELECT 6000 UNION ALL SELECT 7000
      UNION ALL SELECT 8000 UNION ALL SELECT 9000) a ON a.n < p.ends
    STRAIGHT_JOIN (SELECT 0 AS n UNION ALL SELECT 100 UNION ALL SELECT 200 UNION ALL SELECT 300
      UNION ALL SELECT 400 UNION ALL SELECT 500 UNION ALL SELECT 600 UNION ALL SELECT 700
      UNION ALL SELECT 800 UNION ALL SELECT 900) b ON a.n + b.n < p.ends
    STRAIGHT_JOIN (SELECT 0 AS n UNION ALL SELECT 10 UNION ALL SELECT 20 UNION ALL SELECT 30
      UNION ALL SELECT 40 UNION ALL SELECT 50 UNION ALL SELECT 60 UNION ALL SELECT 70
      UNION ALL SELECT 80 UNION ALL SELECT 90) c ON a.n + b.n + c.n < p.ends
    STRAIGHT_JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
      UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7
      UNION ALL SELECT 8 UNION ALL SELECT 9) d ON a.n + b.n + c.n + d.n < p.ends) one
  WHERE one.line REGEXP '^[a-z-]+=[0-9.]+-[0-9]+$';
