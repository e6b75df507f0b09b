using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace ForgeOrleans.SingleNode;

/// <summary>The folder with everything that a single node keeps, and the lock that makes this process its only writer.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockFile = "lock";
    // Beside the lock, since a locked file cannot be read by others.
    private const string OwnerFile = "owner";

    // SQLite's own locks would also keep readers and backups out.
    private readonly FileStream _lock;

    // A process that closes any handle of a file loses its locks of that file, SQLite's too: this one stays open as long as the folder.
    private SafeFileHandle? _database;

    private DataFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }

    public string Database => DatabaseIn(Path);

    public static string DatabaseIn(string folder) => System.IO.Path.Combine(folder, "forge.db");

    public static string KeysIn(string folder) => System.IO.Path.Combine(folder, "keys");

    /// <exception cref="ForgeConfigurationException">The folder cannot be written, or another process has it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            Create(path);
            Create(KeysIn(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForgeConfigurationException(
                $"the data path '{path}' cannot be created or written ({e.Message.TrimEnd('.')}). Set Forge:DataPath (environment: Forge__DataPath) to a "
                + "folder that this process may write.", e);
        }

        var file = System.IO.Path.Combine(path, LockFile);
        try
        {
            var @lock = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            SetOwner(path);
            return new(path, @lock);
        }
        catch (IOException e)
        {
            throw new ForgeConfigurationException(
                $"the data path '{path}' is in use by another process{Owner(path)}. A single node has its data to itself: stop the other "
                + "process, or give this one another Forge:DataPath.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ForgeConfigurationException($"the lock file '{file}' cannot be written. Give this process write access to it.", e);
        }
    }

    /// <summary>Waits until what was written to the database file is on the disk.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void FlushDatabase()
    {
        _database ??= File.OpenHandle(Database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(_database);
    }

    public void Dispose()
    {
        _database?.Dispose();
        _lock.Dispose();
    }

    // Tokens are encrypted, but the keys lie beside them: nobody else on the machine has business here.
    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void SetOwner(string path)
    {
        try
        {
            File.WriteAllText(System.IO.Path.Combine(path, OwnerFile), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A refusal will say a little less. Whether the data can be written is found out with the database.
        }
    }

    private static string Owner(string path)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Combine(path, OwnerFile)) is { Length: > 0 } process ? $" (number {process})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
