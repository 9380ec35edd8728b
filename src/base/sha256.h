/* SHA-256 of a piece of memory. */
#ifndef GOESC_SHA256_H
#define GOESC_SHA256_H
#include "base/base.h"

void sha256(const void *data, size_t n, uint8_t out[32]);

#endif
