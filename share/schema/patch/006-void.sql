-- SPDX-License-Identifier: MIT
-- void patches

-- Since when, and by whom; NULL: it is not void.
ALTER TABLE patch ADD COLUMN voided_at DATETIME NULL, ADD KEY by_voided (voided_at);

ALTER TABLE patch ADD COLUMN voided_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
