// SPDX-License-Identifier: MIT
// Builds HTML and SVG. Text and attribute values are always escaped: there is no way to put markup
// into it that this class did not write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

class Markup {
 public:
  /// `name="value"`, the bare name where the value is empty and the attribute is a flag.
  struct Attribute {
    std::string_view name;
    std::string value;
    bool flag = false;  ///< `hidden`: a name alone
  };
  using Attributes = std::vector<Attribute>;

  /// Opens an element; elements that never have content (meta, br, input, ...) are complete.
  /// @throws Error(internal) for what cannot be the name of an element or an attribute
  Markup& open(std::string_view element, const Attributes& attributes = {});
  /// Text inside of the open element. Characters that HTML does not allow become U+FFFD.
  Markup& text(std::string_view text);
  /// Closes the element that was opened last. @throws Error(internal) where none is open
  Markup& close();
  /// open(), text(), close().
  Markup& element(std::string_view element, std::string_view text,
                  const Attributes& attributes = {});
  /// Puts `part` where this one is; its open elements must be closed.
  /// @throws Error(internal) where one is open
  Markup& append(const Markup& part);
  /// A style sheet of our own. @throws Error(internal) where it could end its element
  Markup& style(std::string_view css);
  /// The document type: first in a page.
  Markup& doctype();

  /// All of it, with everything closed.
  [[nodiscard]] std::string finish();

 private:
  std::string m_text;
  std::vector<std::string> m_open;
};

/// A text as written in an element or in a quoted attribute.
std::string escaped_markup(std::string_view text);

}  // namespace upkeep
