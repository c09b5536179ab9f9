# SPDX-License-Identifier: MIT
# Makes files a part of the room's library: assets() of its assets.hpp. An argument NAME=FILE+FILE... is the asset NAME,
# which has the text of these files.
function(upkeep_embed_assets room)
  set(rows "")
  foreach(asset IN LISTS ARGN)
    string(REGEX MATCH "^([^=]+)=(.+)$" asset "${asset}")
    set(name "${CMAKE_MATCH_1}")
    string(REPLACE "+" ";" files "${CMAKE_MATCH_2}")
    set(all "")
    foreach(file IN LISTS files)
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
      file(READ ${PROJECT_SOURCE_DIR}/${file} text)
      string(APPEND all "${text}")
    endforeach()
    string(APPEND rows "      {.name = \"${name}\", .text = R\"asset(${all})asset\"},\n")
  endforeach()
  set(generated ${CMAKE_BINARY_DIR}/generated/${room}_assets.cpp)
  file(GENERATE OUTPUT ${generated} CONTENT "// Made by cmake/embedded_assets.cmake.
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
