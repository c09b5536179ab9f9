// SPDX-License-Identifier: MIT
// The baseline for pmt-patch: connects with Connector/C++, runs the statements of a file, one a
// line
// (`\n` within a statement is a line feed), prints the rows. `{0}` and `{1}` in a statement are the
// columns of the last row that was read.
#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>
#include <cppconn/statement.h>

#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString(std::string("unix://") + argv[1]);
  options["userName"] = sql::SQLString("root");
  options["password"] = sql::SQLString("");
  options["schema"] = sql::SQLString(argv[2]);
  const std::unique_ptr<sql::Connection> connection(get_driver_instance()->connect(options));
  const std::unique_ptr<sql::Statement> statement(connection->createStatement());
  std::ifstream file(argv[3]);
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
      for (const std::string& value : last) std::cout << value << '\t';
      std::cout << '\n';
    }
  }
  return 0;
}
