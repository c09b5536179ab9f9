-- SPDX-License-Identifier: MIT
-- void patches

-- Since when, and by whom; NULL: it is not void. Not indexed: nearly no patch is void, but servers would take NULL for as
-- rare as any other value, and read all patches by that index.
ALTER TABLE patch ADD COLUMN voided_at DATETIME NULL;

ALTER TABLE patch ADD COLUMN voided_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
