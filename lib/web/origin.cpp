// SPDX-License-Identifier: MIT
#include "web/origin.hpp"

#include "base/text.hpp"
#include "web/refusal.hpp"

#include <optional>
#include <string_view>

namespace upkeep::web {

namespace {

/// Scheme and host of an address, in lower case. The host includes its port, unless it is the
/// scheme's own.
struct Origin {
  std::string scheme, host;
};

std::string without_default_port(std::string host, std::string_view scheme) {
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(port)) host.resize(host.size() - port.size());
  return host;
}

/// nullopt if it has none: `null`, for example.
std::optional<Origin> origin_of(std::string_view address) {
  constexpr std::string_view k_separator = "://";
  const auto end = address.find(k_separator);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower(address.substr(0, end));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  address.remove_prefix(end + k_separator.size());
  std::string host = lower(address.substr(0, address.find_first_of("/?#")));
  if (host.empty() || host.find('@') != std::string::npos) return std::nullopt;
  return Origin{.scheme = scheme, .host = without_default_port(std::move(host), scheme)};
}

[[noreturn]] void refuse_site(const std::string& what, const std::string& advice) {
  throw Refusal("site", what, advice);
}

}  // namespace

void require_same_site(const Request& request, const std::string& url) {
  const auto fetch = request.header("sec-fetch-site");
  if (fetch && *fetch != "same-origin" && *fetch != "none") {
    refuse_site("the request comes from another site", "start from a page of this site");
  }
  const auto sent = request.header("origin");
  if (!sent) return;
  const auto from = origin_of(*sent);
  if (!from)
    refuse_site("the request comes from an unknown site", "start from a page of this site");
  if (!url.empty()) {
    const auto ours = origin_of(url);
    if (ours && ours->scheme == from->scheme && ours->host == from->host) return;
    refuse_site("the request does not come from " + url, "open that address");
  }
  // How a proxy was reached is not known here, so that the schemes cannot be compared.
  const auto host = request.header("host");
  if (host && without_default_port(lower(trim(*host)), from->scheme) == from->host) return;
  refuse_site("the request does not come from this host",
              "set the public address with url in [web.patches]");
}

}  // namespace upkeep::web
