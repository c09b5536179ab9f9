// SPDX-License-Identifier: MIT
#include "web/header_value.hpp"
#include "web/multipart.hpp"
#include "web/request_support.hpp"

#include <optional>
#include <string>
#include <vector>

using namespace upkeep::test;  // NOLINT
using namespace upkeep::web;   // NOLINT

namespace {

constexpr const char* k_form = "multipart/form-data; boundary=b";
constexpr std::uint64_t k_enough = 64UL << 20U;

struct Received {
  Parameters fields;
  std::vector<std::pair<FilePart, std::string>> files;
  bool is_open = false;  ///< the last file has not ended
};

Received received(const Request& request, std::uint64_t most = k_enough) {
  Received all;
  all.fields = read_multipart(request, most, [&](const FilePart& part, std::string_view piece) {
    if (!all.is_open) all.files.emplace_back(part, "");
    all.is_open = !piece.empty();
    all.files.back().second += piece;
  });
  return all;
}

std::string refused(const std::string& body, std::string type = k_form,
                    std::uint64_t most = k_enough) {
  return refusal_of([&] { (void)received(posted(std::move(type), body), most); });
}

std::string field(const std::string& name, const std::string& value,
                  const std::string& boundary = "b") {
  return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" +
         value + "\r\n";
}

std::string file(const std::string& filename, const std::string& content) {
  return "--b\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"" + filename +
         "\"\r\nContent-Type: application/zip\r\n\r\n" + content + "\r\n";
}

std::string part(const std::string& head) {
  return "--b\r\n" + head + "\r\n\r\nx\r\n--b--\r\n";
}

}  // namespace

TEST_CASE("a form has fields and files, however its bytes arrive") {
  std::string content = "\r\n--\r\n--a\r\n--\rb\n\r\r\n";
  content += std::string(1, '\0') + "\xff\x80";
  const std::string body = "a preamble\r\n" + field("a", "1") + file("x.zip", content) +
                           field("a", "two\r\nlines \xc3\xb1") + field("empty", "") +
                           "--b--\r\nend";
  for (const std::size_t at_once : {std::string::npos, std::size_t{1}, std::size_t{3}}) {
    const Received all = received(posted(k_form, body, at_once));
    CHECK(all.fields.all("a") == std::vector<std::string>{"1", "two\r\nlines \xc3\xb1"});
    CHECK(all.fields.maybe("empty") == "");
    REQUIRE(all.files.size() == 1);
    CHECK_FALSE(all.is_open);
    CHECK(all.files[0].first.name == "archive");
    CHECK(all.files[0].first.filename == "x.zip");
    CHECK(all.files[0].second == content);
  }
}

TEST_CASE("a file may be larger than what is read at once") {
  std::string content;
  for (int i = 0; i < 300000; ++i) content += static_cast<char>(i * 7);
  const Received all =
      received(posted(k_form, file("x.zip", content) + file("y.zip", "") + "--b--", 60001));
  REQUIRE(all.files.size() == 2);
  CHECK(all.files[0].second == content);
  CHECK(all.files[1].second.empty());
}

TEST_CASE("an empty form is one") {
  CHECK(received(posted(k_form, "--b--")).fields.pairs().empty());
  CHECK(received(posted(k_form, "--b--\r\n")).fields.pairs().empty());
}

TEST_CASE("a boundary may be odd") {
  const std::string odd = "'()+_,-./:=? x";
  CHECK(received(posted("Multipart/Form-Data; charset=utf-8; Boundary=\"" + odd + "\"",
                        field("a", "1", odd) + "--" + odd + "--"))
            .fields.get("a") == "1");
  const std::string longest(70, '-');
  CHECK(received(posted("multipart/form-data; boundary=" + longest,
                        field("a", "1", longest) + "--" + longest + "--"))
            .fields.get("a") == "1");
  // Blanks may follow it.
  CHECK(
      received(posted(k_form, "--b \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--"))
          .fields.get("a") == "1");
  for (const char* type :
       {"multipart/form-data",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"b", "multipart/form-data; boundary=b; boundary=c",
        "multipart/form-data; boundary=\"b \"", "multipart/form-data; boundary=\"b\r\n\"",
        "multipart/form-data; boundary=b*", "multipart/form-data; b"}) {
    CAPTURE(type);
    CHECK(refused(field("a", "1") + "--b--", type) == "request");
  }
  CHECK(refused("--b--", "multipart/form-data; boundary=" + std::string(71, 'b')) == "request");
}

TEST_CASE("what is not such a form is refused by its type") {
  for (const char* type :
       {"", "text/plain", "multipart/mixed; boundary=b", "application/x-www-form-urlencoded",
        "multipart/form-datax; boundary=b"}) {
    CHECK(refused("--b--", type) == "type");
  }
}

TEST_CASE("a form that ends early is refused, wherever it ends") {
  const std::string body = field("a", "1") + file("x.zip", "content") + "--b--";
  for (std::size_t size = 0; size < body.size(); ++size) {
    CAPTURE(size);
    CHECK(refused(body.substr(0, size)) == "request");
  }
  CHECK(refused(body).empty());
  CHECK(refusal_of([] {
          Request request = posted(k_form, "");
          request.read_body = {};
          (void)received(request);
        }) == "request");
}

TEST_CASE("a malformed part is refused") {
  for (const char* head :
       {"", "Content-Type: text/plain", "nonsense", "Content-Disposition: form-data",
        "Content-Disposition: attachment; name=a", "Content-Disposition: form-data; name=\"a",
        "Content-Disposition: form-data; name=a; name=b",
        "Content-Disposition: form-data; name=", "Content-Disposition: form-data; name=\"a\"x",
        "Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
        "Content-Disposition: form-data; name=\"\xff\"",
        "Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
        "Content-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; boundary=c"}) {
    CAPTURE(head);
    CHECK(refused(part(head)) == "request");
  }
  CHECK(refused("--bx\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--") == "request");
  CHECK(refused("--b\nContent-Disposition: form-data; name=a\n\n1\n--b--\n") == "request");
}

TEST_CASE("a header cannot be a bomb") {
  const std::string head = "Content-Disposition: form-data; name=a\r\nX: ";
  CHECK(refused(part(head + std::string(8000, 'x'))).empty());
  CHECK(refused(part(head + std::string(8192, 'x'))) == "request");
  // To the byte, however they arrive: the line end before it counts.
  const std::string longest = part(head + std::string(8192 - 2 - head.size(), 'x'));
  const std::string too_long = part(head + std::string(8192 - 1 - head.size(), 'x'));
  for (const std::size_t at_once : {std::string::npos, std::size_t{1}}) {
    CHECK(received(posted(k_form, longest, at_once)).fields.get("a") == "x");
    CHECK(refusal_of([&] { (void)received(posted(k_form, too_long, at_once)); }) == "request");
  }
  std::string many = "Content-Disposition: form-data; name=a";
  for (int i = 0; i < 10000; ++i) many += "\r\nX: y";
  CHECK(refused(part(many)) == "request");
  CHECK(refused("--b\r\n" + std::string(1000000, 'x')) == "request");
}

TEST_CASE("a text that cannot be a value is refused") {
  CHECK(refused(field("a", "\xff") + "--b--") == "request");
  CHECK(refused(field("a", std::string(1, '\0')) + "--b--") == "value");
  CHECK(refused(field(std::string(1, '\0'), "1") + "--b--") == "value");
  CHECK(refused(file(std::string("x\0.zip", 6), "1") + "--b--") == "value");
}

TEST_CASE("a file has a name without directories") {
  const auto name = [](const std::string& sent) {
    return received(posted(k_form, file(sent, "1") + "--b--")).files.at(0).first.filename;
  };
  CHECK(name("x.zip") == "x.zip");
  CHECK(name("/tmp/x.zip") == "x.zip");
  CHECK(name("..\\..\\x.zip") == "x.zip");
  CHECK(name("C:\\new\\x.zip") == "x.zip");
  CHECK(name("a; b=%22c%22.zip") == "a; b=\"c\".zip");
  CHECK(name("\\\"q\\\".zip") == "\"q\".zip");
  CHECK(name("\xc3\xb1.zip") == "\xc3\xb1.zip");
  CHECK(refused(file("dir/", "1") + "--b--") == "request");
}

TEST_CASE("a file that was not chosen is none") {
  const Received all = received(posted(k_form, file("", "") + field("a", "1") + "--b--"));
  CHECK(all.files.empty());
  CHECK(all.fields.get("a") == "1");
  CHECK_FALSE(all.fields.has("archive"));
  CHECK(refused(file("", "1") + "--b--") == "request");
}

TEST_CASE("a form has a limit of bytes, of fields and of parts") {
  const std::string body = field("a", "1") + "--b--";
  CHECK(refused(body, k_form, body.size()).empty());
  CHECK(refused(body, k_form, body.size() - 1) == "size");
  Request unannounced = posted(k_form, file("x", std::string(200000, 'x')) + "--b--");
  unannounced.content_length.reset();
  CHECK(refusal_of([&] { (void)received(unannounced, 100000); }) == "size");

  constexpr std::size_t k_fields = 1UL << 20U;
  CHECK(refused(field("a", std::string(k_fields - 1, 'x')) + "--b--").empty());
  CHECK(refused(field("a", std::string(k_fields, 'x')) + "--b--") == "size");
  const std::string half(k_fields / 2, 'x');
  CHECK(refused(field("a", half) + file("f", std::string(k_fields, 'x')) + "--b--").empty());
  CHECK(refused(field("a", half) + field("b", half) + "--b--") == "size");

  std::string parts;
  for (int i = 0; i < 1000; ++i) parts += field("a", "1");
  CHECK(received(posted(k_form, parts + "--b--")).fields.pairs().size() == 1000);
  CHECK(refused(parts + field("a", "1") + "--b--") == "size");
}

TEST_CASE("the value of a header has parameters") {
  const auto value = parse_header_value("Form-Data; NAME=\"a;b\"; filename = c\\d.zip ;");
  REQUIRE(value);
  CHECK(value->value == "form-data");
  CHECK(value->parameter("name") == "a;b");
  CHECK(value->parameter("filename") == "c\\d.zip");
  CHECK_FALSE(value->parameter("other"));
  CHECK(parse_header_value("text/plain")->parameters.empty());
  for (const char* text : {"a; b", "a; =b", "a; b c=d", "a; b=\"c", "a; b=\"c\"d", "a; b=c d",
                           "a; b=c; B=d", "a; ;"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_header_value(text));
  }
}
