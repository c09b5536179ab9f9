# SPDX-License-Identifier: MIT
# ctest: slow timeout=300
"""A thousand connections that send nothing, or only half a request, before pmt-web: the others are served."""

import contextlib
import resource
import socket
import time
import unittest

from upkeep_test import wait_for
from upkeep_test.front_ends import Haproxy, Nginx
from upkeep_test.pmt_web_apache import MODULES_OF_CONF, PatchWebTest

COUNT = 1000
HALF = b"GET /pmt/ HTTP/1.1\r\nHost: x\r\nX-Long: "


class IdleTest(PatchWebTest):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 8 * COUNT:
            self.skipTest("not enough open files are allowed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    @contextlib.contextmanager
    def connections(self, port, sent):
        with contextlib.ExitStack() as stack:
            for _ in range(COUNT):
                one = stack.enter_context(socket.create_connection(("127.0.0.1", port), 30))
                if sent:
                    one.sendall(sent)
            yield

    def slowest(self, front, count=10):
        """Seconds of the slowest of some requests, all of which succeed."""
        worst = 0.0
        for _ in range(count):
            begin = time.monotonic()
            self.assertEqual(front.get("/pmt/patches", timeout=120).status, 200)
            worst = max(worst, time.monotonic() - begin)
        return worst

    def open_front(self, front):
        self.addCleanup(front.close)
        front.start()
        wait_for(lambda: front.get("/pmt/healthz").status == 200, "it serves", 20)
        return front

    def open_apache_with_timeouts(self):
        return self.open_apache(self.open_workers(2), modules=(*MODULES_OF_CONF, "reqtimeout"))

    def test_apache_alone(self):
        apache = self.open_apache_with_timeouts()
        self.assertEqual(apache.get("/pmt/patches").status, 200)
        with self.connections(apache.port, b""):
            self.assertLess(self.slowest(apache), 5)
        # Half requests take its threads until their time is over.
        with self.connections(apache.port, HALF):
            took = self.slowest(apache)
            self.assertLess(took, 60)
            print(f"Apache alone behind {COUNT} half requests: {took:.1f} s")

    def test_haproxy_and_nginx_do_not_wait_for_them(self):
        haproxy = Haproxy([self.open_apache_with_timeouts().port])
        for front in (haproxy, Nginx(self.open_workers(2))):
            self.open_front(front)
            for sent in (b"", HALF):
                with self.subTest(front=front.name, sent=sent), self.connections(front.port, sent):
                    self.assertLess(self.slowest(front), 5)


if __name__ == "__main__":
    unittest.main()
