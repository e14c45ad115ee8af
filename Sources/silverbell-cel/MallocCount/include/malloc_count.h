#ifndef SILVERBELL_MALLOC_COUNT_H
#define SILVERBELL_MALLOC_COUNT_H

/// Blocks that malloc, calloc, realloc and aligned_alloc have given to this process so far.
unsigned long long silverbell_allocations(void);

#endif
