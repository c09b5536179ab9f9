// SPDX-License-Identifier: MIT
#include "base/file.hpp"
#include "web/request_support.hpp"
#include "web/token.hpp"

#include <chrono>
#include <set>
#include <string>

#include <sys/stat.h>

using namespace upkeep::test;  // NOLINT
using namespace upkeep::web;   // NOLINT
using namespace std::chrono_literals;
using upkeep::WallTime;
using Signed = upkeep::web::TokenSigner::Verdict;

namespace {

const std::string k_secret_a(32, 'a');
const std::string k_secret_b(32, 'b');
constexpr WallTime k_some_hour = WallTime(500000h);

/// A file of secrets with this mode.
class SecretFile {
 public:
  explicit SecretFile(const std::string& text, mode_t mode = 0640) {
    upkeep::replace_file(path(), text, mode);
    ::chmod(path().c_str(), mode);
  }
  [[nodiscard]] std::filesystem::path path() const { return m_directory / "secret"; }
  /// What is wrong with it, and the advice.
  [[nodiscard]] std::string fault() const {
    const upkeep::Error error = error_of([&] { (void)TokenSigner::from_file(path()); });
    CHECK(error.status() == upkeep::ExitStatus::config);
    CHECK(error.message().find(path().string()) != std::string::npos);
    CHECK_FALSE(error.advice().empty());
    return error.message();
  }

 private:
  TemporaryDirectory m_directory;
};

}  // namespace

TEST_CASE("a token is good for one person and two days") {
  const TokenSigner signer({k_secret_a});
  const std::string token = signer.sign("ann", k_some_hour);
  CHECK(signer.verify(token, "ann", k_some_hour) == Signed::valid);
  CHECK(signer.verify(token, "ann", k_some_hour + 48h - 1ms) == Signed::valid);
  CHECK(signer.verify(token, "ann", k_some_hour + 48h) == Signed::expired);
  CHECK(signer.verify(token, "bob", k_some_hour) == Signed::invalid);
  CHECK(signer.verify(token, "", k_some_hour) == Signed::invalid);
  // Made at the end of an hour, it is good for more than 47.
  const std::string late = signer.sign("ann", k_some_hour + 1h - 1ms);
  CHECK(signer.verify(late, "ann", k_some_hour + 48h - 1ms) == Signed::valid);
}

TEST_CASE("a clock that is behind accepts a token of the next hour, and no later one") {
  const TokenSigner signer({k_secret_a});
  CHECK(signer.verify(signer.sign("ann", k_some_hour), "ann", k_some_hour - 1ms) == Signed::valid);
  CHECK(signer.verify(signer.sign("ann", k_some_hour + 2h), "ann", k_some_hour) == Signed::invalid);
}

TEST_CASE("the first secret signs, all of them verify") {
  const TokenSigner before({k_secret_a}), both({k_secret_b, k_secret_a}), after({k_secret_b});
  const std::string old = before.sign("ann", k_some_hour);
  CHECK(both.verify(old, "ann", k_some_hour) == Signed::valid);
  CHECK(after.verify(old, "ann", k_some_hour) == Signed::invalid);
  CHECK(after.verify(both.sign("ann", k_some_hour), "ann", k_some_hour) == Signed::valid);
}

TEST_CASE("no other text is a token") {
  const TokenSigner signer({k_secret_a});
  const std::string token = signer.sign("ann", k_some_hour);
  for (const std::string& text :
       {std::string(), std::string("."), std::string("500000"), std::string("500000."),
        "500001" + token.substr(6), token + "0", token.substr(0, token.size() - 1), ' ' + token,
        token.substr(6), std::string(1000, '1') + "." + token, "x" + token,
        std::string("-9223372036854775808.x"), token + std::string(1, '\0')}) {
    CAPTURE(text);
    CHECK(signer.verify(text, "ann", k_some_hour) == Signed::invalid);
  }
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == '1' ? '2' : '1';
    CHECK(signer.verify(changed, "ann", k_some_hour) == Signed::invalid);
  }
}

TEST_CASE("secrets are lines of a file") {
  const SecretFile file("# of this year\n" + k_secret_b + "\r\n\n" + k_secret_a);
  const TokenSigner signer = TokenSigner::from_file(file.path());
  CHECK(TokenSigner({k_secret_b}).verify(signer.sign("ann", k_some_hour), "ann", k_some_hour) ==
        Signed::valid);
  CHECK(signer.verify(TokenSigner({k_secret_a}).sign("ann", k_some_hour), "ann", k_some_hour) ==
        Signed::valid);
}

TEST_CASE("only the owner and a group may read secrets") {
  for (const mode_t mode : {0600U, 0640U, 0400U, 0440U}) {
    const SecretFile file(k_secret_a, mode);
    CHECK_NOTHROW(TokenSigner::from_file(file.path()));
  }
  for (const mode_t mode : {0644U, 0604U, 0660U, 0620U, 0641U, 0650U, 0602U}) {
    CAPTURE(mode);
    const std::string fault = SecretFile(k_secret_a, mode).fault();
    CHECK(fault.find("is accessible to others") != std::string::npos);
    CHECK(fault.find("chmod 0640") != std::string::npos);
  }
}

TEST_CASE("a file without proper secrets is a fault of the configuration") {
  CHECK(SecretFile("").fault().find("contains no secret") != std::string::npos);
  CHECK(SecretFile("\n# none\n   \n").fault().find("contains no secret") != std::string::npos);
  CHECK(SecretFile(k_secret_a + "\n" + std::string(31, 'x')).fault().find("line 2 of") !=
        std::string::npos);
  CHECK(SecretFile(std::string(70000, 'x')).fault().find("too long") != std::string::npos);
  const SecretFile file(k_secret_a);
  std::filesystem::remove(file.path());
  CHECK(file.fault().find("openssl rand") != std::string::npos);
  std::filesystem::create_directory(file.path());
  CHECK_FALSE(file.fault().empty());
}

TEST_CASE("a form's number is random") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string once = random_once();
    CHECK(once.size() == 32);
    CHECK(once.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(seen.insert(once).second);
  }
}
