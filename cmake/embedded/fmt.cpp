// SPDX-License-Identifier: MIT
// fmt itself. Its header brings the definitions; what it declares as instantiated elsewhere is
// instantiated here.
#include <fmt/format-inl.h>

#include <string>

template fmt::detail::thousands_sep_result<char> fmt::detail::thousands_sep_impl<char>(
    fmt::detail::locale_ref);
template char fmt::detail::decimal_point_impl<char>(fmt::detail::locale_ref);
