/*
 * A camera where there is none: preloaded into a program, it answers open() of one device file and the Video4Linux
 * ioctls on it as a web camera's driver does. YUYV pictures of 64x48 to 1280x720 with a moving bar, at the rate asked for.
 *
 * FAKE_CAMERA        the device file, for example /dev/video9
 * FAKE_CAMERA_STATE  a file whose first word says how it does now:
 *                    ready, gone (unplugged), busy (another program streams), denied (no permission), silent
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { BUFFERS = 8, MAX_FD = 65536, MAX_WIDTH = 1280, MAX_HEIGHT = 720, BUFFER_BYTES = 2 * MAX_WIDTH * MAX_HEIGHT };

/* One program has it open once at a time here. */
static struct {
    unsigned char is_fake[MAX_FD];
    int nonblocking;
    unsigned width, height, fps;
    unsigned queue[BUFFERS], queued;
    unsigned sequence;
    struct timespec due;
    unsigned char *memory;
} camera = {.width = 640, .height = 480, .fps = 30};

static int fail(int error) {
    errno = error;
    return -1;
}

static int is(const char *state) {
    char word[16] = "ready";
    FILE *file = fopen(getenv("FAKE_CAMERA_STATE"), "r");
    if (file) {
        if (fscanf(file, "%15s", word) != 1) strcpy(word, "ready");
        fclose(file);
    }
    return strcmp(word, state) == 0;
}

static int open_camera(int flags) {
    if (is("gone")) return fail(ENOENT);
    if (is("denied")) return fail(EACCES);
    int fd = memfd_create("camera", 0);
    if (fd < 0 || fd >= MAX_FD || ftruncate(fd, (off_t)BUFFERS * BUFFER_BYTES) < 0) return fail(ENOMEM);
    camera.memory = mmap(NULL, (size_t)BUFFERS * BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (camera.memory == MAP_FAILED) return fail(ENOMEM);
    camera.is_fake[fd] = 1;
    camera.nonblocking = (flags & O_NONBLOCK) != 0;
    camera.width = 640;
    camera.height = 480;
    camera.fps = 30;
    camera.queued = 0;
    return fd;
}

static int open_any(const char *symbol, const char *path, int flags, mode_t mode) {
    const char *ours = getenv("FAKE_CAMERA");
    if (ours && strcmp(path, ours) == 0) return open_camera(flags);
    int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, symbol);
    return next(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return open_any("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return open_any("open64", path, flags, mode);
}

int close(int fd) {
    static int (*next)(int);
    if (!next) next = dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < MAX_FD && camera.is_fake[fd]) {
        camera.is_fake[fd] = 0;
        munmap(camera.memory, (size_t)BUFFERS * BUFFER_BYTES);
    }
    return next(fd);
}

static void describe(struct v4l2_pix_format *format) {
    format->width = camera.width;
    format->height = camera.height;
    format->pixelformat = V4L2_PIX_FMT_YUYV;
    format->field = V4L2_FIELD_NONE;
    format->bytesperline = 2 * camera.width;
    format->sizeimage = 2 * camera.width * camera.height;
    format->colorspace = V4L2_COLORSPACE_SRGB;
}

static unsigned nearest(unsigned wanted, unsigned least, unsigned most) {
    return (wanted < least ? least : wanted > most ? most : wanted) & ~1u;
}

static void paint(unsigned char *picture) {
    unsigned bar = camera.sequence * 8 % camera.width;
    for (unsigned y = 0; y < camera.height; y++) {
        for (unsigned x = 0; x < camera.width; x++) {
            unsigned char *pixel = picture + 2 * ((size_t)y * camera.width + x);
            pixel[0] = x - bar < camera.width / 6 ? 220 : 40 + 60 * y / camera.height;
            pixel[1] = 128;
        }
    }
}

static int dequeue(struct v4l2_buffer *buffer) {
    for (;;) {
        if (is("gone")) return fail(ENODEV);
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        int due = now.tv_sec > camera.due.tv_sec
                || (now.tv_sec == camera.due.tv_sec && now.tv_nsec >= camera.due.tv_nsec);
        if (due && camera.queued > 0 && !is("silent")) break;
        if (camera.nonblocking) return fail(EAGAIN);
        usleep(1000);
    }
    unsigned index = camera.queue[0];
    memmove(camera.queue, camera.queue + 1, --camera.queued * sizeof camera.queue[0]);
    paint(camera.memory + (size_t)index * BUFFER_BYTES);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    camera.due = now;
    camera.due.tv_nsec += 1000000000L / camera.fps;
    if (camera.due.tv_nsec >= 1000000000L) {
        camera.due.tv_nsec -= 1000000000L;
        camera.due.tv_sec++;
    }
    buffer->index = index;
    buffer->bytesused = 2 * camera.width * camera.height;
    buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    buffer->field = V4L2_FIELD_NONE;
    buffer->sequence = camera.sequence++;
    buffer->timestamp.tv_sec = now.tv_sec;
    buffer->timestamp.tv_usec = now.tv_nsec / 1000;
    return 0;
}

static int answer(unsigned long request, void *argument) {
    switch (request) {
        case VIDIOC_QUERYCAP: {
            struct v4l2_capability *told = argument;
            memset(told, 0, sizeof *told);
            strcpy((char *)told->driver, "fake");
            strcpy((char *)told->card, "Fake camera");
            told->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
            return 0;
        }
        case VIDIOC_G_INPUT:
            *(int *)argument = 0;
            return 0;
        case VIDIOC_S_INPUT:
            return 0;
        case VIDIOC_ENUMINPUT: {
            struct v4l2_input *input = argument;
            if (input->index > 0) return fail(EINVAL);
            strcpy((char *)input->name, "Camera 1");
            input->type = V4L2_INPUT_TYPE_CAMERA;
            return 0;
        }
        case VIDIOC_G_FMT:
            describe(&((struct v4l2_format *)argument)->fmt.pix);
            return 0;
        case VIDIOC_S_FMT: {
            if (is("busy")) return fail(EBUSY);
            struct v4l2_pix_format *format = &((struct v4l2_format *)argument)->fmt.pix;
            camera.width = nearest(format->width, 64, MAX_WIDTH);
            camera.height = nearest(format->height, 48, MAX_HEIGHT);
            describe(format);
            return 0;
        }
        case VIDIOC_G_PARM:
        case VIDIOC_S_PARM: {
            struct v4l2_captureparm *capture = &((struct v4l2_streamparm *)argument)->parm.capture;
            if (request == VIDIOC_S_PARM && capture->timeperframe.numerator > 0) {
                camera.fps = nearest(capture->timeperframe.denominator / capture->timeperframe.numerator, 2, 60);
            }
            capture->capability = V4L2_CAP_TIMEPERFRAME;
            capture->timeperframe.numerator = 1;
            capture->timeperframe.denominator = camera.fps;
            return 0;
        }
        case VIDIOC_REQBUFS: {
            struct v4l2_requestbuffers *wanted = argument;
            if (wanted->count > BUFFERS) wanted->count = BUFFERS;
            return 0;
        }
        case VIDIOC_QUERYBUF: {
            struct v4l2_buffer *buffer = argument;
            buffer->length = BUFFER_BYTES;
            buffer->m.offset = buffer->index * BUFFER_BYTES;
            return 0;
        }
        case VIDIOC_QBUF:
            if (camera.queued == BUFFERS) return fail(EINVAL);
            camera.queue[camera.queued++] = ((struct v4l2_buffer *)argument)->index;
            return 0;
        case VIDIOC_DQBUF:
            return dequeue(argument);
        case VIDIOC_STREAMON:
        case VIDIOC_STREAMOFF:
            return 0;
        default:
            return fail(ENOTTY);
    }
}

int ioctl(int fd, unsigned long request, ...) {
    static int (*next)(int, unsigned long, ...);
    va_list rest;
    va_start(rest, request);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    /* Callers with an int for the request number have its sign extended. */
    if (fd >= 0 && fd < MAX_FD && camera.is_fake[fd]) return answer((unsigned int)request, argument);
    if (!next) next = dlsym(RTLD_NEXT, "ioctl");
    return next(fd, request, argument);
}
