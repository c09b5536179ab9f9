// SPDX-License-Identifier: MIT
// The pages about problems, and messages, in Spanish.
#include "patch_web/texts.hpp"

namespace upkeep::patch_web {

WordTexts spanish_messages() {
  return {
      {"{} is refused", "no se permite: {}"},
      {"{} has moved", "{} cambió de estado"},
      {"your changes are saved; {}", "sus cambios están guardados; {}"},
      {"{} does not have the role {}", "{} no tiene el rol {}"},
      {"it belongs to {}", "lo tienen: {}"},
      {"it has no members", "no tiene miembros"},
      {"[patch.roles] does not define it", "[patch.roles] no lo define"},
      {"the lifecycle of {} refuses it", "el ciclo de vida de {} no lo permite"},
      {"there is no patch {}", "no existe el parche {}"},
      {"there is no request {}", "no existe la solicitud {}"},
      {"there are no patches of {}", "no hay parches de {}"},
      {"the nearest is {}", "el más cercano es {}"},
      {"did you mean {}?", "¿Quiso decir {}?"},
      {"'{}' is not the name of a patch", "'{}' no es el nombre de un parche"},
      {"'{}' is not the id of a request", "'{}' no es el identificador de una solicitud"},
      {"{} has no event {}", "{} no tiene el evento {}"},
      {"{} values are not valid", "{} valores no son válidos"},
      {"'{}' is not a date", "'{}' no es una fecha"},
      {"{} is in the future", "{} está en el futuro"},
      {"'{}' is not the name of an account here", "'{}' no es el nombre de una cuenta aquí"},
      {"this page was open for more than two days", "esta página estuvo abierta más de dos días"},
      {"the form does not come from a page that you have opened",
       "el formulario no procede de una página que usted haya abierto"},
      {"check what you typed and send it again", "revise lo que escribió y envíelo de nuevo"},
      {"the reasons are below", "los motivos están más abajo"},
      {"no field is filled in", "no se ha completado ningún campo"},
      {"no archive is chosen", "no se ha elegido ningún archivo"},
      {"a patch is called like 4.4.0-17, and a request like Q-17",
       "un parche se llama como 4.4.0-17, y una solicitud, como Q-17"},
      {"nothing was changed", "no se cambió nada"},
      {"a reason is required", "se requiere un motivo"},
      {"no item is given", "no se ha indicado ningún elemento"},
      {"no values are given", "no se ha indicado ningún valor"},
      {"an alias needs a name", "un alias necesita un nombre"},
      {"an alias stands for a value", "un alias equivale a un valor"},
      {"there is no definition", "falta la definición"},
      {"there is no such address", "no existe esta dirección"},
      {"the patch no longer exists", "el parche ya no existe"},
      {"Changes are switched off at the moment. You can read everything.",
       "Por el momento no se admiten cambios. Puede consultarlo todo."},
      {"no user is logged in", "nadie ha iniciado sesión"},
      {"the web server must authenticate every visitor",
       "el servidor web debe autenticar a todos los visitantes"},
  };
}

std::vector<ProblemText> spanish_problems() {
  return {
      {"refused", "Una regla del registro no lo permite",
       "La petición está bien formada, pero una regla del registro o del ciclo de vida lo impide: "
       "hay un elemento sin marcar, un campo vacío o falta un voto.",
       "Cada motivo indica qué falta y quién puede aportarlo. Cuando ya no falte nada, envíela de "
       "nuevo."},
      {"conflict", "Otra persona se adelantó",
       "El parche ha cambiado desde que se abrió la página: cambió de estado, o alguien modificó "
       "un campo que usted también modificó. No se guardó nada.",
       "La página muestra ambos valores y lo que usted escribió. Elija y envíela de nuevo."},
      {"unknown", "No existe",
       "No hay ningún parche, solicitud, ciclo de vida, informe o dirección con ese nombre.",
       "Revise cómo está escrito. La búsqueda encuentra parches por número, clave de JIRA, jar y "
       "palabras."},
      {"request", "La petición está mal formada",
       "No se puede leer la dirección, la consulta o el formulario: falta un parámetro, es "
       "desconocido o está mal formado.",
       "El mensaje indica el parámetro. Los selectores se describen en upkeep-select(7)."},
      {"value", "Un valor no es válido",
       "El campo no admite un valor: no está en su lista de valores, no es una fecha, no es una "
       "duración o no coincide con su patrón.",
       "El mensaje que acompaña al campo indica qué admite."},
      {"away", "Un servicio no responde",
       "La base de datos u otro servicio que la petición necesita no responde.",
       "Inténtelo de nuevo dentro de unos segundos. Si persiste, avise a quienes administran este "
       "sitio: 'upkeep doctor' muestra qué falta."},
      {"busy", "Hay demasiada actividad a la vez",
       "Otra petición ocupa lo que esta necesita, o hay demasiadas a la vez. No se guardó nada.",
       "Envíe lo mismo de nuevo dentro de unos segundos. Se hará una sola vez, aunque se envíe "
       "varias veces."},
      {"unsure", "Se desconoce el resultado",
       "Se perdió la conexión mientras se guardaba el cambio. O está completo o no está.",
       "Consulte el parche o envíe de nuevo el mismo formulario: se hará una sola vez, aunque se "
       "envíe varias veces."},
      {"read-only", "No se admiten cambios",
       "Los cambios están desactivados, por ejemplo durante un mantenimiento. Todo se puede "
       "consultar.",
       "Espere hasta que se activen de nuevo."},
      {"internal", "El programa tiene un error",
       "El programa se encontró con una situación que no tiene prevista. Esta petición no guardó "
       "nada.",
       "Comuníquelo a quienes administran este sitio, con el identificador de la petición: el "
       "registro contiene los detalles."},
      {"configuration", "La configuración no es válida",
       "La configuración de este sitio falta o no es válida, y por eso no se puede atender la "
       "petición.",
       "Quienes administran este sitio encuentran la causa en el registro y con 'upkeep doctor'."},
      {"role", "Usted no tiene permiso para esto", "Esto requiere un rol que usted no tiene.",
       "El mensaje indica quién lo tiene. La página sobre usted muestra qué puede hacer, y quién "
       "puede hacer lo demás."},
      {"token", "El formulario ha caducado",
       "Un formulario es válido durante dos días desde que se abre su página, y solo para quien la "
       "abrió. No se guardó nada.",
       "Lo que usted escribió sigue ahí. Revíselo y envíelo de nuevo."},
      {"site", "La petición procede de otro sitio",
       "La petición fue enviada por una página de otro sitio. Tales peticiones nunca cambian nada "
       "aquí.",
       "Abra la página aquí y envíe su formulario. Detrás de un proxy, [web.patches] url debe "
       "indicar la dirección pública."},
      {"account", "Esta cuenta no tiene permiso para esto",
       "El servidor web no indicó quién es usted, o indicó una cuenta que no puede actuar aquí.",
       "Inicie sesión de nuevo. Si no basta, avise a quienes administran este sitio: "
       "upkeep.toml(5) explica [web.patches] user y [patch] trusted."},
      {"method", "La dirección no admite este método",
       "La dirección existe, pero no admite este método HTTP.",
       "La cabecera Allow de la respuesta enumera los métodos que admite."},
      {"accept", "La dirección no ofrece ese formato",
       "La dirección no puede responder en ninguno de los formatos que permite la cabecera Accept.",
       "Omita la cabecera o acepte application/json."},
      {"size", "La petición es demasiado grande",
       "El cuerpo, o un archivo que contiene, supera lo que admite este sitio, o tiene demasiados "
       "campos.",
       "Envíe menos de una vez. [web.patches] max_upload_mb limita los archivos."},
      {"length", "La dirección es demasiado larga", "La dirección supera los 2,000 caracteres.",
       "Use un selector más corto."},
      {"type", "El cuerpo no es del tipo adecuado",
       "El cuerpo no es de un tipo que la dirección lea: los formularios los envían las páginas; "
       "la API lee application/json.",
       "Indique la cabecera Content-Type."},
      {"precondition", "La petición debe indicar en qué se basa",
       "Un cambio de campos debe indicar en qué valores se basa, para no sobrescribir lo que otra "
       "persona haya escrito.",
       "Envíe los valores que vio como 'was', o la cabecera If-Match."},
  };
}

}  // namespace upkeep::patch_web
