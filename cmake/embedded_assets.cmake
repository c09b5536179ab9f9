# SPDX-License-Identifier: MIT
# Makes share/web/NAME... a part of the room's library: assets() of its assets.hpp.
function(upkeep_embed_assets room)
  set(rows "")
  foreach(name IN LISTS ARGN)
    set(file ${PROJECT_SOURCE_DIR}/share/web/${name})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    string(APPEND rows "      {.name = \"${name}\", .text = R\"asset(${text})asset\"},\n")
  endforeach()
  set(generated ${CMAKE_BINARY_DIR}/generated/${room}_assets.cpp)
  file(GENERATE OUTPUT ${generated} CONTENT "// Made from share/web/.
#include \"${room}/assets.hpp\"

namespace upkeep::${room} {

const std::vector<Asset>& assets() {
  static const std::vector<Asset> k_assets{
${rows}  };
  return k_assets;
}

}  // namespace upkeep::${room}
")
  target_sources(upkeep_${room} PRIVATE ${generated})
endfunction()
