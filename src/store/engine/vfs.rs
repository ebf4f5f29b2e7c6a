//! SQLite's view of a file that is not one: the only unsafe code of the program.
//!
//! SQLite reads and writes its database through a table of C functions, a VFS. This module is that table and nothing
//! else: every function turns C arguments into safe ones, calls the [`PageFile`] behind the handle, and turns the answer
//! back. What a page is and where it comes from is safe code elsewhere.
//!
//! What must stay true, because nothing checks it:
//! - SQLite calls the functions of [`METHODS`] only with a file that [`open_file`] has filled, and not after
//!   [`close_file`]; so the pointer in [`OpenFile`] is valid, and it is freed once (sqlite.org/c3ref/io_methods.html).
//! - A buffer SQLite hands over is valid for the length it says, for the time of the call.
//! - No panic crosses into C: each one becomes an I/O error.
//! - No file is ever opened but the main database, so no journal and no temporary file can hold plain text.
#![expect(unsafe_code, reason = "SQLite's interface is C; see the module's words for what each function relies on")]
#![expect(
    clippy::undocumented_unsafe_blocks,
    reason = "a block without words of its own relies on the list above alone"
)]
use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods, sqlite3_vfs};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering, compiler_fence};
use std::sync::{Arc, Mutex, OnceLock};

/// What a database of fixed-size pages must be able to do.
pub trait PageFile: Send {
    /// Fills `out` from `offset` on, and says how many bytes there were.
    fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<usize, Fault>;
    /// Takes the new content of one page. Nothing is durable before [`PageFile::sync`].
    fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Fault>;
    /// Makes everything that was written durable, as one change or not at all.
    fn sync(&mut self) -> Result<(), Fault>;
    /// The database's size in bytes.
    fn size(&self) -> u64;
    /// Raises the lock; the step from none to shared fixes what is read until it is given up.
    fn lock(&mut self, level: Level) -> Result<(), Fault>;
    fn unlock(&mut self, level: Level);
    fn is_reserved(&self) -> bool;
}

/// SQLite's lock levels (sqlite.org/lockingv3.html), as far as they differ here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    None,
    Shared,
    Writing,
}

/// Why a page function failed, in the words SQLite has for it. The whole story stays with the page file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Busy,
    Full,
    Io,
}

impl Fault {
    fn code(self, io: c_int) -> c_int {
        match self {
            Fault::Busy => ffi::SQLITE_BUSY,
            Fault::Full => ffi::SQLITE_FULL,
            Fault::Io => io,
        }
    }
}

/// A page file shared between SQLite and the engine.
pub type Handle = Arc<Mutex<dyn PageFile>>;

const NAME: &CStr = c"siesta";

/// Files that have a name already and wait for SQLite to open them.
static WAITING: Mutex<BTreeMap<u64, Handle>> = Mutex::new(BTreeMap::new());
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A database over a page file.
pub fn open(pages: Handle) -> rusqlite::Result<Connection> {
    register()?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    if let Ok(mut waiting) = WAITING.lock() {
        waiting.insert(number, pages);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags_and_vfs(number.to_string(), flags, NAME);
    // Taken by SQLite when it was opened; what is left here was not.
    take_waiting(number);
    opened
}

/// Makes another page file a part of an open database, under this name.
pub fn attach(database: &Connection, pages: Handle, name: &str) -> rusqlite::Result<()> {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    if let Ok(mut waiting) = WAITING.lock() {
        waiting.insert(number, pages);
    }
    let attached = database.execute("ATTACH ?1 AS ?2", (number.to_string(), name)).map(drop);
    take_waiting(number);
    attached
}

fn take_waiting(number: u64) -> Option<Handle> {
    WAITING.lock().ok()?.remove(&number)
}

/// Registers the VFS, once per process.
fn register() -> rusqlite::Result<()> {
    static REGISTERED: OnceLock<c_int> = OnceLock::new();
    let code = *REGISTERED.get_or_init(|| {
        // SAFETY: the found VFS is SQLite's own and lives as long as the process; what is registered is leaked, so it
        // does as well. Of the found one only functions are kept that look at no file: randomness, sleep and time.
        unsafe {
            let found = ffi::sqlite3_vfs_find(std::ptr::null());
            if found.is_null() {
                return ffi::SQLITE_ERROR;
            }
            let mut vfs = *found;
            vfs.iVersion = 2; // leaves out version 3, which would set the system calls of the found one
            vfs.pNext = std::ptr::null_mut();
            vfs.zName = NAME.as_ptr();
            vfs.szOsFile = std::mem::size_of::<OpenFile>() as c_int;
            vfs.mxPathname = 64;
            vfs.xOpen = Some(open_file);
            vfs.xDelete = Some(delete);
            vfs.xAccess = Some(access);
            vfs.xFullPathname = Some(full_pathname);
            vfs.xDlOpen = None;
            vfs.xDlError = None;
            vfs.xDlSym = None;
            vfs.xDlClose = None;
            ffi::sqlite3_vfs_register(Box::into_raw(Box::new(vfs)), 0)
        }
    });
    match code {
        ffi::SQLITE_OK => Ok(()),
        failed => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(failed), None)),
    }
}

/// What SQLite allocates for an open file: `szOsFile` bytes, of which the first member is its own.
#[repr(C)]
struct OpenFile {
    base: sqlite3_file,
    pages: *mut Handle,
}

/// Calls a function of the page file; a panic in it becomes an I/O error.
fn with(file: *mut sqlite3_file, io: c_int, work: impl FnOnce(&mut dyn PageFile) -> Result<c_int, Fault>) -> c_int {
    catch_unwind(AssertUnwindSafe(|| {
        let handle = unsafe { (*file.cast::<OpenFile>()).pages.as_ref() };
        let locked = handle.map(|handle| handle.lock());
        match locked {
            Some(Ok(mut pages)) => work(&mut *pages).unwrap_or_else(|fault| fault.code(io)),
            _ => io,
        }
    }))
    .unwrap_or(io)
}

unsafe extern "C" fn open_file(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let open = file.cast::<OpenFile>();
    // SAFETY: SQLite gives szOsFile bytes. Without methods it will not call close for a file that was not opened.
    unsafe {
        (*open).base.pMethods = std::ptr::null();
        (*open).pages = std::ptr::null_mut();
    }
    if flags & ffi::SQLITE_OPEN_MAIN_DB == 0 || name.is_null() {
        return ffi::SQLITE_CANTOPEN;
    }
    let number = unsafe { CStr::from_ptr(name) }.to_str().ok().and_then(|text| text.parse().ok());
    let taken = catch_unwind(|| number.and_then(take_waiting));
    let Ok(Some(handle)) = taken else { return ffi::SQLITE_CANTOPEN };
    unsafe {
        (*open).pages = Box::into_raw(Box::new(handle));
        (*open).base.pMethods = &METHODS;
        if let Some(out) = out_flags.as_mut() {
            *out = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close_file(file: *mut sqlite3_file) -> c_int {
    let open = file.cast::<OpenFile>();
    // SAFETY: the pointer came from Box::into_raw in open_file and is forgotten before anything could free it again.
    unsafe {
        let pages = std::mem::replace(&mut (*open).pages, std::ptr::null_mut());
        if !pages.is_null() {
            let handle = Box::from_raw(pages);
            let _ = catch_unwind(AssertUnwindSafe(move || drop(handle)));
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut sqlite3_file, buffer: *mut c_void, length: c_int, offset: i64) -> c_int {
    let (Ok(length), Ok(offset)) = (usize::try_from(length), u64::try_from(offset)) else {
        return ffi::SQLITE_IOERR_READ;
    };
    let out = unsafe { std::slice::from_raw_parts_mut(buffer.cast::<u8>(), length) };
    with(file, ffi::SQLITE_IOERR_READ, |pages| {
        let there = pages.read(offset, out)?.min(length);
        if there == length {
            return Ok(ffi::SQLITE_OK);
        }
        // SQLite asks for zeros where the file ends.
        out[there..].fill(0);
        Ok(ffi::SQLITE_IOERR_SHORT_READ)
    })
}

unsafe extern "C" fn write(file: *mut sqlite3_file, buffer: *const c_void, length: c_int, offset: i64) -> c_int {
    let (Ok(length), Ok(offset)) = (usize::try_from(length), u64::try_from(offset)) else {
        return ffi::SQLITE_IOERR_WRITE;
    };
    let bytes = unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), length) };
    with(file, ffi::SQLITE_IOERR_WRITE, |pages| pages.write(offset, bytes).map(|()| ffi::SQLITE_OK))
}

/// Page 1 carries the size; there is no file to cut.
unsafe extern "C" fn truncate(_: *mut sqlite3_file, _: i64) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _: c_int) -> c_int {
    with(file, ffi::SQLITE_IOERR_FSYNC, |pages| pages.sync().map(|()| ffi::SQLITE_OK))
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, out: *mut i64) -> c_int {
    with(file, ffi::SQLITE_IOERR_FSTAT, |pages| {
        let size = i64::try_from(pages.size()).map_err(|_| Fault::Io)?;
        unsafe { *out = size };
        Ok(ffi::SQLITE_OK)
    })
}

fn level(code: c_int) -> Level {
    match code {
        ffi::SQLITE_LOCK_NONE => Level::None,
        ffi::SQLITE_LOCK_SHARED => Level::Shared,
        _ => Level::Writing,
    }
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, code: c_int) -> c_int {
    with(file, ffi::SQLITE_IOERR_LOCK, |pages| pages.lock(level(code)).map(|()| ffi::SQLITE_OK))
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, code: c_int) -> c_int {
    with(file, ffi::SQLITE_IOERR_UNLOCK, |pages| {
        pages.unlock(level(code));
        Ok(ffi::SQLITE_OK)
    })
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    with(file, ffi::SQLITE_IOERR_CHECKRESERVEDLOCK, |pages| {
        let is_reserved = c_int::from(pages.is_reserved());
        unsafe { *out = is_reserved };
        Ok(ffi::SQLITE_OK)
    })
}

unsafe extern "C" fn file_control(_: *mut sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut sqlite3_file) -> c_int {
    super::pages::PAGE as c_int
}

/// A change is durable as a whole, which is more than any disk promises.
unsafe extern "C" fn device_characteristics(_: *mut sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_ATOMIC4K | ffi::SQLITE_IOCAP_SEQUENTIAL | ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close_file),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// There is never a file to delete: the journal is in memory.
unsafe extern "C" fn delete(_: *mut sqlite3_vfs, _: *const c_char, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

/// No journal and no write-ahead log is ever there.
unsafe extern "C" fn access(_: *mut sqlite3_vfs, _: *const c_char, _: c_int, out: *mut c_int) -> c_int {
    unsafe { *out = 0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_pathname(_: *mut sqlite3_vfs, name: *const c_char, room: c_int, out: *mut c_char) -> c_int {
    let bytes = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if usize::try_from(room).is_ok_and(|room| bytes.len() <= room) {
        // SAFETY: `out` has `room` bytes, and the two do not overlap: SQLite owns both.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast::<u8>(), bytes.len()) };
        return ffi::SQLITE_OK;
    }
    ffi::SQLITE_CANTOPEN
}

/// The functions of SQLite's own allocator that the wiping ones call.
struct Allocator {
    malloc: unsafe extern "C" fn(c_int) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
    size: unsafe extern "C" fn(*mut c_void) -> c_int,
}

static ALLOCATOR: OnceLock<Allocator> = OnceLock::new();

/// From here on SQLite overwrites memory before it gives it back: pages and values of a closed store are not left lying
/// in the heap. Works only before the process has opened its first database; later it changes nothing.
/// Says whether it does.
pub fn wipe_freed_memory() -> bool {
    static ASKED: OnceLock<bool> = OnceLock::new();
    *ASKED.get_or_init(|| {
        // SAFETY: the structure is plain data that SQLite fills. The new functions keep the contract of the old ones
        // (sqlite.org/c3ref/mem_methods.html): they only add writes to blocks that are still allocated.
        unsafe {
            let mut methods = std::mem::zeroed::<ffi::sqlite3_mem_methods>();
            if ffi::sqlite3_config(ffi::SQLITE_CONFIG_GETMALLOC, &raw mut methods) != ffi::SQLITE_OK {
                return false;
            }
            let (Some(malloc), Some(free), Some(size)) = (methods.xMalloc, methods.xFree, methods.xSize) else {
                return false;
            };
            methods.xFree = Some(free_wiped);
            methods.xRealloc = Some(realloc_wiped);
            // What is small would be kept in slots of a block that every connection takes whole, and freed there without the
            // allocator.
            let (slot, slots): (c_int, c_int) = (0, 0);
            ALLOCATOR.set(Allocator { malloc, free, size }).is_ok()
                && ffi::sqlite3_config(ffi::SQLITE_CONFIG_MALLOC, &raw const methods) == ffi::SQLITE_OK
                && ffi::sqlite3_config(ffi::SQLITE_CONFIG_LOOKASIDE, slot, slots) == ffi::SQLITE_OK
        }
    })
}

unsafe extern "C" fn free_wiped(block: *mut c_void) {
    let Some(allocator) = ALLOCATOR.get() else { return };
    if block.is_null() {
        return;
    }
    // SAFETY: SQLite frees only what this allocator gave it, and `size` knows how long that is.
    unsafe {
        let length = (allocator.size)(block);
        std::ptr::write_bytes(block.cast::<u8>(), 0, usize::try_from(length).unwrap_or(0));
        compiler_fence(Ordering::SeqCst);
        (allocator.free)(block);
    }
}

unsafe extern "C" fn realloc_wiped(block: *mut c_void, wanted: c_int) -> *mut c_void {
    let Some(allocator) = ALLOCATOR.get() else { return std::ptr::null_mut() };
    // SAFETY: as above; the new block is longer than what is copied into it.
    unsafe {
        let length = (allocator.size)(block);
        if wanted <= length {
            return block;
        }
        let new = (allocator.malloc)(wanted);
        if !new.is_null() {
            std::ptr::copy_nonoverlapping(block.cast::<u8>(), new.cast::<u8>(), usize::try_from(length).unwrap_or(0));
            free_wiped(block);
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_small_is_freed_by_the_allocator_as_well() {
        // Not where another test of this process has opened a database before.
        let is_heard = wipe_freed_memory();
        let database = Connection::open_in_memory().unwrap();
        let said: String = database.query_row("SELECT upper('a') || 'b'", [], |row| row.get(0)).unwrap();
        assert_eq!(said, "Ab");
        let (mut now, mut most) = (0, 0);
        let what = ffi::SQLITE_DBSTATUS_LOOKASIDE_HIT;
        // SAFETY: the database is open, and both numbers outlive the call.
        let code = unsafe { ffi::sqlite3_db_status(database.handle(), what, &raw mut now, &raw mut most, 0) };
        assert_eq!(code, ffi::SQLITE_OK);
        assert!(most == 0 || !is_heard, "{most} from slots that are not wiped");
    }
}
