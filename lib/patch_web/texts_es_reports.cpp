// SPDX-License-Identifier: MIT
// What reports show, in Spanish.
#include "patch_web/texts.hpp"

namespace upkeep::patch_web {

namespace {

WordTexts spanish_summaries() {
  return {{"health", "Parches cuyo proceso no está completo"},
          {"queue", "Antigüedad de las solicitudes abiertas"},
          {"progress", "Parches sin publicar"},
          {"over-eta", "Parches que superan su estimación"},
          {"released", "Parches publicados, o su número por período o grupo"},
          {"durations", "Cuánto permanecen los parches en sus estados"},
          {"trend", "Solicitudes, parches y publicaciones a lo largo del tiempo"},
          {"workload", "Trabajo en curso por persona"},
          {"time", "Tiempo de trabajo por cliente y mes"},
          {"state-at", "Estados al final de un día"},
          {"qa", "Qué probar de nuevo al publicar un producto"},
          {"service-pack", "Contenido de un service pack"},
          {"effective", "De qué parche es la copia de cada jar que usa un servidor"},
          {"missing", "Parches publicados que faltan en un servidor"},
          {"recall", "Clientes que tienen un parche defectuoso"},
          {"conflicts", "Jars que un parche posterior sobrescribe"},
          {"install-order", "Parches en el orden en que se instalan"}};
}

WordTexts spanish_definitions() {
  return {
      {"health",
       "Publicados en un estado que no es completo; un estado que el ciclo de vida no tiene; "
       "elementos sin marcar del estado que se dejó para publicarlos; fechas en desorden; un "
       "parche "
       "anulado que se requiere; campos que faltan."},
      {"queue",
       "Solicitudes que estaban abiertas en ese momento, por los días desde que se hicieron."},
      {"progress", "Parches sin publicar, por plataforma y número."},
      {"over-eta",
       "Parches en curso cuya etapa actual debía terminar antes de hoy, según su estimación en el "
       "peor caso; la fecha prevista es ese día."},
      {"released",
       "Parches en un estado de publicación. Uno de varios clientes o productos cuenta para cada "
       "uno de ellos."},
      {"durations",
       "Cuánto permanecieron los parches en un estado que ya dejaron (mediana y percentil 90 por "
       "rango más cercano); espera y trabajo son las sumas de las etapas de un parche de ese "
       "tipo."},
      {"trend",
       "Por período: solicitudes, parches creados, parches publicados, y cuántos estaban abiertos "
       "al final: creados y sin publicar."},
      {"workload",
       "Por persona: parches en curso que desarrolla o prueba, cuánto lleva el más antiguo en su "
       "estado, y parches publicados en el intervalo indicado."},
      {"time",
       "Tiempo de trabajo registrado, por el mes del trabajo (log-time --date) o, si no se indicó, "
       "aquel en que se registró; no cuentan los registros revocados ni el tiempo de cambios de "
       "estado deshechos. El tiempo de un parche de varios clientes aparece bajo todos juntos."},
      {"state-at",
       "El estado de cada parche, y de cada solicitud que estaba abierta, al final del día."},
      {"qa",
       "Parches publicados del producto, por área: el caso de uso o, si falta, el proyecto de la "
       "JIRA pública."},
      {"service-pack",
       "Parches publicados de la plataforma para el producto o su kernel, en el orden en que los "
       "aplica un servidor; el que otro de ellos reemplaza no tiene orden."},
      {"effective",
       "Para cada jar, el parche cuya copia usa un servidor: primero el contenido del service "
       "pack, después los directorios por su nombre como texto; gana el último."},
      {"missing",
       "Parches publicados de la plataforma que no están aplicados ni los reemplaza uno aplicado, "
       "en el orden en que los aplica un servidor; el que otro de ellos reemplaza no tiene orden."},
      {"recall",
       "Clientes de los parches, y de los parches que los requieren o reemplazan, directamente o a "
       "través de otros, y que están o estuvieron publicados; desde la publicación. La última "
       "columna distingue estos de los propios parches."},
      {"conflicts",
       "Pares de parches de una plataforma que contienen el mismo jar, donde el que un servidor "
       "aplica después no requiere ni reemplaza al anterior, ni directamente ni a través de "
       "otros."},
      {"install-order",
       "Los parches aparecen después de los que requieren; lo que se requiere y no está en el "
       "conjunto figura como faltante."}};
}

WordTexts spanish_columns() {
  return {{"age_s", "Antigüedad"},
          {"area", "Área"},
          {"bucket", "Antigüedad"},
          {"business_days", "Días hábiles"},
          {"category", "Categoría"},
          {"client", "Cliente"},
          {"count", "Número"},
          {"created", "Creados"},
          {"created_at", "Creado"},
          {"detail", "Detalles"},
          {"developer", "Desarrollador"},
          {"developing", "En desarrollo"},
          {"digest", "SHA-256"},
          {"directory", "Directorio"},
          {"earlier", "Parche anterior"},
          {"eta", "Fecha prevista"},
          {"how", "Cómo"},
          {"jar", "Jar"},
          {"jars", "Jars"},
          {"jira", "JIRA"},
          {"kind", "Tipo"},
          {"later", "Parche posterior"},
          {"md5", "MD5"},
          {"median_business_days", "Mediana (días hábiles)"},
          {"median_s", "Mediana"},
          {"missing", "Faltantes"},
          {"month", "Mes"},
          {"oldest_s", "El más antiguo"},
          {"open", "Abiertos"},
          {"order", "Orden"},
          {"p90_business_days", "Percentil 90 (días hábiles)"},
          {"p90_s", "Percentil 90"},
          {"patch", "Parche"},
          {"patches", "Parches"},
          {"period", "Período"},
          {"person", "Persona"},
          {"proactive", "Proactivos"},
          {"problem", "Problema"},
          {"qa", "QA"},
          {"reactive", "Reactivos"},
          {"recalled", "Parche retirado"},
          {"released", "Publicados"},
          {"released_at", "Publicado"},
          {"requested", "Solicitados"},
          {"requires", "Requiere"},
          {"security", "Seguridad"},
          {"since", "Desde"},
          {"since_s", "En su estado desde hace"},
          {"stage", "Etapa"},
          {"state", "Estado"},
          {"superseded_by", "Reemplazado por"},
          {"test_location", "Ubicación de la prueba"},
          {"testing", "En prueba"},
          {"time_s", "Tiempo"},
          {"uncategorised", "Sin clasificar"},
          {"version", "Versión"},
          {"why", "Motivo"}};
}

}  // namespace

ReportTexts spanish_report() {
  return {.from = "Desde",
          .to = "Hasta",
          .query = "Solo estos parches (selector)",
          .show = "Mostrar",
          .more_rows = "Se muestran las primeras {} de {} filas; los archivos las tienen todas.",
          .labels = {{"by", "Por"},
                     {"product", "Producto"},
                     {"platform", "Plataforma"},
                     {"jar", "Jar"},
                     {"date", "Fecha"},
                     {"patch", "Parches, uno por línea"},
                     {"applied", "Parches aplicados: las líneas de prePatchedDir.txt"},
                     {"service-pack", "Contenido de su service pack, de la misma forma"}},
          .summaries = spanish_summaries(),
          .definitions = spanish_definitions(),
          .columns = spanish_columns()};
}

}  // namespace upkeep::patch_web
