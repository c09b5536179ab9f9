// SPDX-License-Identifier: MIT
// The numbers of a platform's patches: the last one drawn, and the highest that may be drawn. What
// lies above a cap are private numbers (such as patch9999): they do not take part in the counting.
#pragma once

#include "db/connection.hpp"
#include "patch/model/patch_name.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

struct PlatformNumbers {
  std::string platform;
  std::uint32_t last = 0;            ///< 0: none has been drawn
  std::optional<std::uint32_t> cap;  ///< no number above it is drawn
};

/// The table `number_sequence`: a row a platform, and one called "" for the queue. The one place
/// that draws numbers, to be used within a transaction.
class NumberSequence {
 public:
  enum class Mode {
    draw,
    /// Numbers are told and not drawn, and no row is locked: for a long dry run. Those that were
    /// told count for this object.
    preview
  };
  /// @param connection stays the caller's
  explicit NumberSequence(db::Connection& connection, Mode mode = Mode::draw)
      : m_connection(connection), m_mode(mode) {}

  struct Drawn {
    std::uint32_t number = 0;
    std::string now;  ///< the time, as SQL writes it
  };
  /// The next number. The row stays locked until the transaction ends: whoever comes next waits for
  /// this number to be used or given back. Warns where a server, which compares the names of
  /// directories as text, would apply this patch before patches with lower numbers.
  /// @throws Error(no) where it lies above the cap; db::Error
  Drawn draw(const std::string& name);

  /// Numbers that were given elsewhere: the next ones come behind them. Locks the rows in order.
  /// @throws db::Error
  void raise(const std::map<std::string, std::uint32_t>& highest);

  /// Caps a platform, or lifts its cap: its numbers go on behind the highest one that counts.
  /// @returns the sequence as it is then. @throws DataError for a platform that is none; db::Error
  PlatformNumbers set_cap(const std::string& platform, std::optional<std::uint32_t> cap);

  /// Of every platform that has one, by version. @throws db::Error
  std::vector<PlatformNumbers> platforms();
  /// The platforms that have a cap, with it. @throws db::Error
  std::map<std::string, std::uint32_t> caps();

 private:
  Drawn preview(const std::string& name);
  void warn_of_order(const PatchRef& ref);

  db::Connection& m_connection;
  Mode m_mode;
  std::map<std::string, std::uint32_t> m_told;  // by preview(), or known to raise()
};

}  // namespace upkeep::patch
