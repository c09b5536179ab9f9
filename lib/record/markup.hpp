// SPDX-License-Identifier: MIT
// Builds HTML and SVG. Text and attribute values are always escaped, so input cannot inject markup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

class Markup {
 public:
  /// `name="value"`, or the bare name if the attribute is a flag.
  struct Attribute {
    std::string_view name;
    std::string value;
    bool flag = false;  ///< `hidden`: only a name
  };
  using Attributes = std::vector<Attribute>;

  /// Opens an element; elements that never have content (meta, br, input, ...) are complete.
  /// @throws Error(internal) for an invalid name of an element or attribute
  Markup& open(std::string_view element, const Attributes& attributes = {});
  /// Text in the open element. Characters that HTML does not allow become U+FFFD.
  Markup& text(std::string_view text);
  /// Closes the element that was opened last. @throws Error(internal) if none is open
  Markup& close();
  /// open(), text(), close().
  Markup& element(std::string_view element, std::string_view text,
                  const Attributes& attributes = {});
  /// Appends `part`, whose elements must all be closed.
  /// @throws Error(internal) if one is open
  Markup& append(const Markup& part);
  /// One of our own style sheets. @throws Error(internal) if it could end its element
  Markup& style(std::string_view css);
  /// A script that the browser fetches from `address` and runs once the page is read.
  Markup& script_from(std::string_view address);
  /// The document type: first in a page.
  Markup& doctype();

  /// The whole text, with all elements closed.
  [[nodiscard]] std::string finish();

 private:
  std::string m_text;
  std::vector<std::string> m_open;
};

/// `text` as written in an element or in a quoted attribute.
std::string escaped_markup(std::string_view text);

}  // namespace upkeep
