"""`dbutils.fs` on the files of this machine, as far as a notebook commonly uses it. `file:` and `dbfs:` prefixes are dropped."""

import os
import shlex
import shutil


class FileInfo(tuple):
    """`(path, name, size, modificationTime)` with names, as `dbutils.fs.ls` gives it. Sizes in bytes, times in ms since 1970."""

    __slots__ = ()
    path = property(lambda self: self[0])
    name = property(lambda self: self[1])
    size = property(lambda self: self[2])
    modificationTime = property(lambda self: self[3])

    def isDir(self):
        return self.name.endswith("/")

    def isFile(self):
        return not self.isDir()

    def __repr__(self):
        return f"FileInfo(path={self[0]!r}, name={self[1]!r}, size={self[2]}, modificationTime={self[3]})"


class Files:
    def ls(self, dir):
        root = local(dir)
        if os.path.isfile(root):
            return [_info(root)]
        return [_info(os.path.join(root, name)) for name in sorted(os.listdir(root))]

    def head(self, file, max_bytes=65536):
        with open(local(file), "rb") as opened:
            return opened.read(max_bytes).decode("utf-8", "replace")

    def put(self, file, contents, overwrite=False):
        path = local(file)
        if os.path.exists(path) and not overwrite:
            raise FileExistsError(f"{path} exists already. Pass overwrite=True to replace it.")
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w", encoding="utf-8") as opened:
            opened.write(contents)
        return True

    def mkdirs(self, dir):
        os.makedirs(local(dir), exist_ok=True)
        return True

    def cp(self, source, target, recurse=False):
        source, target = local(source), local(target)
        if os.path.isdir(source):
            if not recurse:
                raise IsADirectoryError(f"{source} is a folder. Pass recurse=True to copy it.")
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            if os.path.isdir(target):
                target = os.path.join(target, os.path.basename(source))
            os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
            shutil.copyfile(source, target)
        return True

    def mv(self, source, target, recurse=False):
        self.cp(source, target, recurse)
        return self.rm(source, recurse)

    def rm(self, path, recurse=False):
        path = local(path)
        if not os.path.lexists(path):
            return False
        if os.path.isdir(path) and not os.path.islink(path):
            if recurse:
                shutil.rmtree(path)
            else:
                os.rmdir(path)
        else:
            os.remove(path)
        return True


def run_fs_line(files, text):
    """One `%fs` cell: `ls /data`, `rm -r /data/x`. Gives what it shows, or None."""
    words = shlex.split(text, comments=True)
    if not words:
        return None
    recurse = [word for word in words if word in ("-r", "--recurse", "--recurse=true")]
    name, *arguments = [word for word in words if word not in recurse]
    action = getattr(files, name, None)
    if name.startswith("_") or action is None:
        raise ValueError(
            f"%fs has no command {name}. It knows ls, head, put, mkdirs, cp, mv and rm."
        )
    if name in ("cp", "mv", "rm"):
        return action(*arguments, bool(recurse))
    return action(*arguments)


def local(path):
    """The path on this machine that a Databricks path means."""
    path = os.fspath(path)
    for prefix in ("file:", "dbfs:"):
        if path.startswith(prefix):
            path = path[len(prefix) :]
            return "/" + path.lstrip("/") if path.startswith("//") else path
    return path


def _info(path):
    stat = os.stat(path)
    slash = "/" if os.path.isdir(path) else ""
    size = 0 if slash else stat.st_size
    name = os.path.basename(path.rstrip("/")) + slash
    return FileInfo((path.rstrip("/") + slash, name, size, int(stat.st_mtime * 1000)))
