// SPDX-License-Identifier: MIT
// What the baselines have in common: a bare connection, and statements that are run on it.
#pragma once

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>

#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace bench {

/// A connection of root through the server's socket.
inline std::unique_ptr<sql::Connection> connect(const std::string& socket,
                                                const std::string& schema) {
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString("unix://" + socket);
  options["userName"] = sql::SQLString("root");
  options["password"] = sql::SQLString("");
  options["schema"] = sql::SQLString(schema);
  return std::unique_ptr<sql::Connection>(get_driver_instance()->connect(options));
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Runs the statements of a file, one a line (`\n` within a statement is a line feed), and prints
/// the rows. `{0}` and `{1}` in a statement are the columns of the last row that was read.
inline void replay(sql::Connection& connection, const std::string& path, std::ostream& out) {
  const std::unique_ptr<sql::Statement> statement(connection.createStatement());
  std::ifstream file(path);
  std::vector<std::string> last;
  std::string line;
  while (std::getline(file, line)) {
    line = replaced(std::move(line), "\\n", "\n");
    for (std::size_t i = 0; i < last.size(); ++i) {
      line = replaced(std::move(line), "{" + std::to_string(i) + "}", last[i]);
    }
    if (!statement->execute(line)) continue;
    const std::unique_ptr<sql::ResultSet> rows(statement->getResultSet());
    const unsigned columns = rows->getMetaData()->getColumnCount();
    while (rows->next()) {
      last.clear();
      for (unsigned i = 1; i <= columns; ++i) last.push_back(rows->getString(i).asStdString());
      for (const std::string& value : last) out << value << '\t';
      out << '\n';
    }
  }
}

}  // namespace bench
