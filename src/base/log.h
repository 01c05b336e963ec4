/* The running log: one line an event on standard error, "time level noun message". Never personal
 * data, passwords, tokens or whole requests.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

typedef enum LogLevel { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ } LogLevel;

void log_set_level(LogLevel level);
void log_write(LogLevel level, const char *noun, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_info(noun, ...)  log_write(LOG_INFO_, noun, __VA_ARGS__)
#define log_warn(noun, ...)  log_write(LOG_WARN_, noun, __VA_ARGS__)
#define log_error(noun, ...) log_write(LOG_ERROR_, noun, __VA_ARGS__)

#endif
