-- SPDX-License-Identifier: MIT
-- the words of the term index

-- Beside each row of term_index the words whose postings it has, for parts of words: lib/patch/query/term_words.hpp.
CREATE TABLE IF NOT EXISTS term_word (
  segment BIGINT UNSIGNED NOT NULL,
  first_term INT UNSIGNED NOT NULL,
  words MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (segment, first_term)) ENGINE=InnoDB;
