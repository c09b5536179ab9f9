# SPDX-License-Identifier: MIT
# Makes share/schema/ROOM/*.sql a part of the room's library: schema_files() of its store/schema.hpp, in the order of
# their numbers.
function(upkeep_embed_schema room)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/share/schema/${room}/*.sql)
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME)
    if(NOT name MATCHES "^0*([1-9][0-9]*)-")
      message(FATAL_ERROR "${file}: the name must begin with the number of the version, as in 005-links.sql")
    endif()
    set(version ${CMAKE_MATCH_1})
    file(READ ${file} sql)
    string(APPEND rows "      {.version = ${version}, .name = \"${name}\", .sql = R\"sql(${sql})sql\"},\n")
  endforeach()
  set(generated ${CMAKE_BINARY_DIR}/generated/schema/${room}.cpp)
  file(GENERATE OUTPUT ${generated} CONTENT "// Made from share/schema/${room}/*.sql.
#include \"${room}/store/schema.hpp\"

namespace upkeep::${room} {

const std::vector<db::SchemaFile>& schema_files() {
  static const std::vector<db::SchemaFile> k_files{
${rows}  };
  return k_files;
}

}  // namespace upkeep::${room}
")
  target_sources(upkeep_${room} PRIVATE ${generated})
endfunction()
