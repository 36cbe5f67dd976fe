/* The libraries that reading stands on, for doctor. */
#ifndef SOURCE_LIBRARIES_H
#define SOURCE_LIBRARIES_H

/* Calls back with each library's name and its version at work. */
void source_libraries(void (*each)(void *ctx, const char *name, const char *version), void *ctx);

#endif
