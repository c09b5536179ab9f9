// SPDX-License-Identifier: MIT
// The bytes of one row of the term index: (difference to the previous term, number of patches,
// differences between the patches) for each of its terms, all as variable-length integers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

using Ids = std::vector<std::uint64_t>;

/// Sorts them; each stays once.
void make_set(Ids& ids);

/// Appends a term with its patches. @param step difference to the previous term, 0 for the first
/// @param begin, end the patches, ascending
void append_posting(std::string& postings, std::uint32_t step, Ids::const_iterator begin,
                    Ids::const_iterator end);

/// Adds the patches of those terms that are in `wanted`. @pre `wanted` is sorted and not empty
void collect(std::string_view postings, std::uint32_t first_term,
             const std::vector<std::uint32_t>& wanted, Ids& patches);

/// Adds the patches of all terms, some of them repeatedly.
void collect_all(std::string_view postings, Ids& patches);

}  // namespace upkeep::patch
