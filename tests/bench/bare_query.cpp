// SPDX-License-Identifier: MIT
// The baseline of scripts/bench: connects with Connector/C++, runs one query, prints what it says.
#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <iostream>
#include <memory>

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString(std::string("unix://") + argv[1]);
  options["userName"] = sql::SQLString("root");
  options["password"] = sql::SQLString("");
  const std::unique_ptr<sql::Connection> connection(get_driver_instance()->connect(options));
  const std::unique_ptr<sql::Statement> statement(connection->createStatement());
  const std::unique_ptr<sql::ResultSet> rows(statement->executeQuery(
      std::string("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '") +
      argv[2] + "' AND TABLE_NAME = 'EMAIL_EVENT' AND COLUMN_NAME = 'EMAIL_SERVER_UID'"));
  while (rows->next()) std::cout << rows->getString(1) << '\n';
  return 0;
}
