# SPDX-License-Identifier: MIT
add_library(upkeep_warnings INTERFACE)
target_compile_options(upkeep_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees overlaps in every `"text" + string` (its bug 105651).
  target_compile_options(upkeep_warnings INTERFACE -Wno-restrict)
endif()
if(UPKEEP_WERROR)
  target_compile_options(upkeep_warnings INTERFACE -Werror)
endif()
if(UPKEEP_SANITIZE)
  target_compile_options(upkeep_warnings INTERFACE -fsanitize=${UPKEEP_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(upkeep_warnings INTERFACE -fsanitize=${UPKEEP_SANITIZE})
endif()
