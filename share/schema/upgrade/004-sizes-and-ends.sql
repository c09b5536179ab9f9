-- SPDX-License-Identifier: MIT
-- sizes of workspaces, expected ends

-- `size_bytes` is that of the workspace's schema when the run started; `ends_at` is when a running run is expected to
-- end, by its latest progress. NULL: unknown.
ALTER TABLE run
  ADD COLUMN size_bytes BIGINT NULL,
  ADD COLUMN ends_at DATETIME(3) NULL;
