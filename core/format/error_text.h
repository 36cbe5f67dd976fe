/*
 * The sentence that a server puts into the body of an error answer.
 *
 * Taken are {"error": s}, {"error": {"message": s}}, {"detail": s}, {"detail": [{"loc", "msg"}]}
 * (FastAPI), {"message": s} with or without codes (MLflow, TorchServe), Prometheus'
 * {"status", "errorType", "error"}, a bare JSON string, and plain text: its first line, of a Python
 * traceback the last. A web page and an empty body say nothing.
 */
#ifndef FORMAT_ERROR_TEXT_H
#define FORMAT_ERROR_TEXT_H

#include "base/buf.h"
#include "base/str.h"

enum { ERROR_TEXT_MAX = 300 };

/* Appends the sentence as clean text on one line, at most ERROR_TEXT_MAX bytes; nothing if none. */
void error_text(struct buf *out, struct str body);

#endif
