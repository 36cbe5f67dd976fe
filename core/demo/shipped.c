#include "demo/shipped.h"

#define CARRY(name, file)                                                                          \
	__asm__(".section .rodata\n"                                                               \
		".balign 16\n"                                                                     \
		".hidden " #name "\n.global " #name "\n" #name ":\n"                               \
		".incbin \"" file "\"\n"                                                           \
		".hidden " #name "_end\n.global " #name "_end\n" #name "_end:\n"                   \
		".byte 0\n"                                                                        \
		".previous\n");                                                                    \
	extern const char name[], name##_end[]

CARRY(shipped_store_bytes, LEE_DEMO_STORE "/mlflow.db");
CARRY(shipped_commits_bytes, LEE_DEMO_STORE "/commits");

struct str shipped_store(void)
{
	return (struct str){shipped_store_bytes, (size_t)(shipped_store_bytes_end - shipped_store_bytes)};
}

struct str shipped_commits(void)
{
	return (struct str){shipped_commits_bytes,
			    (size_t)(shipped_commits_bytes_end - shipped_commits_bytes)};
}
