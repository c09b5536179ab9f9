// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "guard/loop/supervisor_link.hpp"

#include <array>

#include <poll.h>
#include <sys/socket.h>

using upkeep::Fd;
using upkeep::guard::Message;
using upkeep::guard::Order;
using upkeep::guard::SupervisorLink;

namespace {

struct Ends {
  Fd supervisor, guardian;
  Ends() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) != 0) FAIL("no socket pair");
    supervisor.reset(ends[0]);
    guardian.reset(ends[1]);
  }
};

std::optional<Message> received(const Fd& socket) {
  std::string packet(upkeep::guard::k_message_limit, '\0');
  const ssize_t n = ::recv(socket.get(), packet.data(), packet.size(), MSG_DONTWAIT);
  if (n <= 0) return std::nullopt;
  return Message::from_json({packet.data(), static_cast<std::size_t>(n)});
}

}  // namespace

TEST_CASE("a supervisor that reads nothing: progress is dropped, the verdict waits", "[guard]") {
  Ends ends;
  SupervisorLink link(std::move(ends.guardian));
  Message progress;
  progress.status.step = std::string(1000, 's');
  int offered = 0;
  while (link.offer(progress)) ++offered;
  CHECK(offered > 10);
  CHECK(link.events() == POLLIN);

  Message verdict;
  verdict.kind = Message::Kind::ended;
  link.send(verdict);
  CHECK((link.events() & POLLOUT) != 0);
  CHECK_FALSE(link.offer(progress));
  for (int i = 0; i < offered; ++i) CHECK(received(ends.supervisor)->kind == Message::Kind::status);
  CHECK_FALSE(received(ends.supervisor));
  link.flush();
  CHECK(received(ends.supervisor)->kind == Message::Kind::ended);
  CHECK(link.events() == POLLIN);
}

TEST_CASE("a status that is too long goes without its steps", "[guard]") {
  Ends ends;
  SupervisorLink link(std::move(ends.guardian));
  Message verdict;
  verdict.kind = Message::Kind::ended;
  verdict.status.run = 5;
  verdict.status.steps.assign(5000, {std::string(80, 's'), 1});
  link.send(verdict);
  const auto message = received(ends.supervisor);
  REQUIRE(message);
  CHECK(message->status.run == 5);
  CHECK(message->status.steps.empty());
}

TEST_CASE("a supervisor that ends: its orders are heard first", "[guard]") {
  Ends ends;
  SupervisorLink link(std::move(ends.guardian));
  CHECK(link.offer({}));  // never read: the socket reports a reset before what is in its queue
  for (const auto kind : {Order::Kind::stop, Order::Kind::done}) {
    const std::string packet = Order{.kind = kind}.to_json();
    REQUIRE(::send(ends.supervisor.get(), packet.data(), packet.size(), 0) > 0);
  }
  REQUIRE(::send(ends.supervisor.get(), "nonsense", 8, 0) > 0);
  ends.supervisor.reset();
  CHECK_FALSE(link.offer({}));
  const auto orders = link.receive();
  REQUIRE(orders.size() == 2);
  CHECK(orders[1].kind == Order::Kind::done);
  CHECK(link.gone());
  CHECK(link.fd() == -1);
  link.send({});  // to nobody
  CHECK(link.receive().empty());
}
