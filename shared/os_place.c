#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/os_place.h"

#define MOUNT_LINE_MAX 4096

int64_t os_disk_free(const char *path)
{
	struct statvfs st;

	if (statvfs(path, &st) < 0)
		return -1;
	return (int64_t)(st.f_bavail * st.f_frsize);
}

/* ---- what is mounted ---- */

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* The system writes a space as "\040". In place. */
static void unescape(char *text)
{
	char *to = text;

	while (*text != '\0') {
		if (text[0] == '\\' && is_octal(text[1]) && is_octal(text[2]) &&
		    is_octal(text[3])) {
			*to++ = (char)((text[1] - '0') * 64 +
				       (text[2] - '0') * 8 + (text[3] - '0'));
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* "/media/X/Y" or "/run/media/X/Y": Y, else NULL. */
static const char *place_label(const char *path)
{
	static const char *const roots[] = {"/media/", "/run/media/"};

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		const char *label;

		if (strncmp(path, roots[i], strlen(roots[i])) != 0)
			continue;
		label = strchr(path + strlen(roots[i]), '/');
		if (label != NULL && label[1] != '\0' &&
		    strchr(label + 1, '/') == NULL)
			return label + 1;
	}
	return NULL;
}

int os_places_of(const char *mounts,
    int (*each)(
	void *context, const char *path, const char *label, struct err *err),
    void *context, struct err *err)
{
	char line[MOUNT_LINE_MAX], path[MOUNT_LINE_MAX];
	FILE *file = fopen(mounts, "re");
	int rc = 0;

	if (file == NULL)
		return err_errno(err, E_IO, "%s", mounts);
	while (rc == 0 && fgets(line, sizeof(line), file) != NULL) {
		const char *label;

		if (sscanf(line, "%*s %4095s", path) != 1)
			continue;
		unescape(path);
		if ((label = place_label(path)) != NULL)
			rc = each(context, path, label, err);
	}
	(void)fclose(file);
	return rc;
}

int os_places(int (*each)(void *context, const char *path, const char *label,
		  struct err *err),
    void *context, struct err *err)
{
	return os_places_of("/proc/self/mounts", each, context, err);
}

/* ---- directories and files of strangers ---- */

int os_directory_names(const char *path, size_t max,
    int (*each)(void *context, const char *name, struct err *err),
    void *context, struct err *err)
{
	const struct dirent *entry;
	DIR *directory = opendir(path);
	size_t count = 0;
	int rc = 0;

	if (directory == NULL)
		return err_errno(
		    err, errno == ENOENT ? E_NOT_FOUND : E_IO, "%s", path);
	while (rc == 0 && (errno = 0, entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (count++ == max)
			rc = err_set(err, E_LIMIT,
			    L("%s : plus de %zu fichiers",
				"%s: over %zu files"),
			    path, max);
		else
			rc = each(context, entry->d_name, err);
	}
	if (rc == 0 && errno != 0)
		rc = err_errno(err, E_IO, "%s", path);
	(void)closedir(directory);
	return rc;
}

int os_directory_make_open(const char *path, struct err *err)
{
	struct stat st;

	/* Whatever the umask; a stick that keeps no modes is fine. */
	if (mkdir(path, 0755) == 0)
		(void)chmod(path, 0755);
	else if (errno != EEXIST)
		return err_errno(err, E_IO, "%s", path);
	if (lstat(path, &st) < 0)
		return err_errno(err, E_IO, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, E_IO,
		    L("%s n'est pas un dossier", "%s is no directory"), path);
	return 0;
}

int os_file_read_strange(
    struct buf *out, const char *path, size_t max, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char chunk[16384];
	struct stat st;
	size_t total = 0;
	ssize_t got;
	int rc = 0;

	if (fd < 0)
		return err_errno(
		    err, errno == ENOENT ? E_NOT_FOUND : E_IO, "%s", path);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		rc = err_set(err, E_INVALID,
		    L("%s n'est pas un fichier", "%s is no file"), path);
	while (rc == 0 && (got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = err_errno(err, E_IO, "%s", path);
		else if ((size_t)got > max - total)
			rc = err_set(err, E_LIMIT,
			    L("%s : plus de %zu octets", "%s: over %zu bytes"),
			    path, max);
		else
			buf_add(out, chunk, (size_t)got);
		total += got > 0 ? (size_t)got : 0;
	}
	(void)close(fd);
	return rc < 0 ? rc : buf_check(out, err);
}
