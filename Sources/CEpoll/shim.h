// What the load generator needs of Linux and Swift's Glibc module leaves out.
#ifndef SILVERBELL_CEPOLL_SHIM_H
#define SILVERBELL_CEPOLL_SHIM_H

#include <sys/epoll.h>
#include <sys/prctl.h>

static const unsigned int cepoll_in = EPOLLIN;
static const unsigned int cepoll_out = EPOLLOUT;

// epoll_pwait2 with a wait in nanoseconds; a negative wait has no end.
int epoll_pwait2(int, struct epoll_event *, int, const struct timespec *, const __sigset_t *);

// Lets short waits of this thread end on time; Swift does not import the variadic prctl.
static inline int cepoll_sharpen_timers(void) { return prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL); }

#endif
