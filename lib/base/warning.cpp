// SPDX-License-Identifier: MIT
#include "base/warning.hpp"

#include <mutex>
#include <utility>

namespace upkeep {

namespace {

struct Sink {
  std::mutex mutex;
  std::function<void(const std::string&)> tell;
};

Sink& the_sink() {
  static Sink sink;
  return sink;
}

}  // namespace

void set_warning_sink(std::function<void(const std::string&)> sink) {
  const std::lock_guard lock(the_sink().mutex);
  the_sink().tell = std::move(sink);
}

void warn(const std::string& text) {
  const std::lock_guard lock(the_sink().mutex);
  if (the_sink().tell) the_sink().tell(text);
}

}  // namespace upkeep
