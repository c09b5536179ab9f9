// SPDX-License-Identifier: MIT
// The numbers of a platform's patches: the last one drawn, and the highest that may be drawn.
// Numbers above a cap are private numbers (such as patch9999), which do not affect the counting.
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
  std::uint32_t last = 0;            ///< 0: none was drawn
  std::optional<std::uint32_t> cap;  ///< no number above it is drawn
};

/// The table `number_sequence`: one row per platform, and one called "" for the queue. Only this
/// class draws numbers. Use it within a transaction.
class NumberSequence {
 public:
  enum class Mode {
    draw,
    /// Numbers are shown but not drawn, and no row is locked: for a long dry run. This object
    /// counts the numbers that it has shown.
    preview
  };
  /// @param connection not owned
  explicit NumberSequence(db::Connection& connection, Mode mode = Mode::draw)
      : m_connection(connection), m_mode(mode) {}

  struct Drawn {
    std::uint32_t number = 0;
    std::string now;  ///< the time, as SQL writes it
  };
  /// Draws the next number. The row stays locked until the transaction ends: others wait until this
  /// number is used or returned. Warns if a server, which compares the names of directories as
  /// text, would apply this patch before patches with lower numbers.
  /// @throws Error(no) if it is above the cap; db::Error
  Drawn draw(const std::string& name);

  /// Makes others who draw a request's number, or lock the queue, wait until the transaction ends.
  /// @throws db::Error
  void lock_queue();

  /// Continues the counting after numbers that were assigned elsewhere. Locks the rows in order.
  /// @throws db::Error
  void raise(const std::map<std::string, std::uint32_t>& highest);

  /// Caps a platform, or removes its cap: its numbers continue after the highest one that counts.
  /// @returns the resulting sequence. @throws DataError if it is not a platform; db::Error
  PlatformNumbers set_cap(const std::string& platform, std::optional<std::uint32_t> cap);

  /// Draws only numbers above `number` from now on; never lowers the last one.
  /// @returns the resulting sequence. @throws Error(no) if it is above the cap; DataError if it is
  /// not a platform; db::Error
  PlatformNumbers continue_after(const std::string& platform, std::uint32_t number);

  /// Those of every platform that has one, by version. @throws db::Error
  std::vector<PlatformNumbers> platforms();
  /// The platforms that have a cap, with the cap. @throws db::Error
  std::map<std::string, std::uint32_t> caps();

 private:
  Drawn preview(const std::string& name);
  void warn_of_order(const PatchRef& ref);

  db::Connection& m_connection;
  Mode m_mode;
  std::map<std::string, std::uint32_t> m_told;  // shown by preview(), or passed to raise()
};

}  // namespace upkeep::patch
