//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// An HTTP/1.1 endpoint that is no bottleneck: it reads each request's body, counts how often each of some texts occurs in it, and returns what
// Tracify returns of a batch that it accepts.
// It is C and one thread, so that what is measured is the sender. Each event of a sender has one of the texts.
//
//     Sink TEXT [TEXT …]      listens on a free port of 127.0.0.1, and prints it
//
// `GET /` returns `EVENTS REQUESTS BYTES MICROSECONDS-OF-CPU`. It ends when its standard input does.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { maximum_connections = 128, maximum_request = 32 << 20 };

struct connection {
    char *bytes;
    size_t length, capacity;
};

static struct pollfd sockets[maximum_connections];
static struct connection connections[maximum_connections];
static int count = 2;
static long events, requests, bytes;

static long cpu_microseconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void end(int index) {
    close(sockets[index].fd);
    free(connections[index].bytes);
    count--;
    sockets[index] = sockets[count];
    connections[index] = connections[count];
}

/// Returns the value of a header field; `NULL` if there is none.
static const char *field(const char *head, size_t length, const char *name) {
    size_t name_length = strlen(name);
    for (const char *line = memmem(head, length, "\r\n", 2); line; line = memmem(line, head + length - line, "\r\n", 2)) {
        line += 2;
        if ((size_t)(head + length - line) <= name_length) return NULL;
        if (strncasecmp(line, name, name_length) == 0 && line[name_length] == ':') return line + name_length + 1;
    }
    return NULL;
}

static void respond(int index, const char *text) {
    char response[256];
    int length = snprintf(response, sizeof response, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          strlen(text), text);
    if (send(sockets[index].fd, response, (size_t)length, MSG_NOSIGNAL) != length) perror("send");
}

/// Returns the end of a body in chunks; `NULL` if it is not complete.
static const char *end_of_chunks(const char *start, const char *limit) {
    for (;;) {
        const char *line = memmem(start, (size_t)(limit - start), "\r\n", 2);
        if (!line) return NULL;
        size_t length = strtoul(start, NULL, 16);
        if ((size_t)(limit - line) < length + 4) return NULL;
        start = line + 2 + length + 2;
        if (length == 0) return start;
    }
}

/// Takes the requests that have arrived whole; returns 0 when the connection must be closed.
static int take(int index, char **texts) {
    struct connection *connection = &connections[index];
    for (;;) {
        char *head = connection->bytes;
        char *body = connection->length ? memmem(head, connection->length, "\r\n\r\n", 4) : NULL;
        if (!body) return connection->length < maximum_request;
        body += 4;
        char *limit = head + connection->length;
        const char *length = field(head, (size_t)(body - head), "Content-Length");
        const char *coding = field(head, (size_t)(body - head), "Transfer-Encoding");
        const char *stop = coding ? end_of_chunks(body, limit) : body + (length ? strtoul(length, NULL, 10) : 0);
        if (stop - body > maximum_request) return 0;
        if (!stop || stop > limit) {
            if (field(head, (size_t)(body - head), "Expect") && limit == body) {
                send(sockets[index].fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
            }
            return 1;
        }
        char text[128] = "{\"status\": true}";
        if (strncmp(head, "GET ", 4) == 0) {
            snprintf(text, sizeof text, "%ld %ld %ld %ld\n", events, requests, bytes, cpu_microseconds());
        } else {
            requests++;
            bytes += stop - body;
            for (char **marker = texts; *marker; marker++) {
                size_t marker_length = strlen(*marker);
                for (const char *place = body; (place = memmem(place, (size_t)(stop - place), *marker, marker_length));
                     place += marker_length) {
                    events++;
                }
            }
        }
        respond(index, text);
        connection->length = (size_t)(limit - stop);
        memmove(head, stop, connection->length);
    }
}

/// Reads what has arrived; returns 0 when the connection has ended.
static int receive(int index, char **texts) {
    struct connection *connection = &connections[index];
    if (connection->capacity - connection->length < 65536) {
        connection->capacity = connection->capacity * 2 + 131072;
        connection->bytes = realloc(connection->bytes, connection->capacity);
        if (!connection->bytes) exit(1);
    }
    ssize_t received =
        recv(sockets[index].fd, connection->bytes + connection->length, connection->capacity - connection->length, MSG_DONTWAIT);
    if (received < 0) return errno == EAGAIN || errno == EINTR;
    connection->length += (size_t)received;
    return received > 0 && take(index, texts);
}

int main(int argc, char **arguments) {
    if (argc < 2) return 2;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 64)
        || getsockname(listener, (struct sockaddr *)&address, &length)) {
        perror("listen");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    sockets[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    sockets[1] = (struct pollfd){.fd = listener, .events = POLLIN};
    while (poll(sockets, (nfds_t)count, -1) > 0 || errno == EINTR) {
        if (sockets[0].revents) {
            char text[64];
            if (read(STDIN_FILENO, text, sizeof text) <= 0) return 0;
        }
        for (int index = count - 1; index > 1; index--) {
            if (sockets[index].revents && !receive(index, arguments + 1)) end(index);
        }
        if ((sockets[1].revents & POLLIN) && count < maximum_connections) {
            int one = 1, accepted = accept(listener, NULL, NULL);
            if (accepted >= 0) {
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                sockets[count] = (struct pollfd){.fd = accepted, .events = POLLIN};
                connections[count] = (struct connection){0};
                count++;
            }
        }
    }
    return 1;
}
