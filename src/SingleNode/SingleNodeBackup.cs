using Microsoft.Data.Sqlite;

namespace ForgeOrleans.SingleNode;

/// <summary>Copies a data path while a process runs on it.</summary>
public static class SingleNodeBackup
{
    /// <summary>
    /// Writes a consistent copy of the database and of the keys that its tokens are encrypted with. The process that runs on the data path
    /// is not held up. To restore, use the copy as a data path.
    /// </summary>
    /// <param name="dataPath">The data path, in use or not.</param>
    /// <param name="target">The folder to write; it must not exist, and exists only once the copy is whole.</param>
    /// <exception cref="IOException">There is no database, or <paramref name="target"/> exists or cannot be written.</exception>
    public static void Write(string dataPath, string target)
    {
        var database = DataFolder.DatabaseIn(dataPath);
        if (!File.Exists(database))
            throw new IOException($"There is no database at '{database}': '{dataPath}' is not the data path of a single node.");
        if (Path.Exists(target))
            throw new IOException($"'{target}' exists already. Name a new folder for the backup.");

        var unfinished = target.TrimEnd(Path.DirectorySeparatorChar) + ".unfinished";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        using (DataFolder.Open(unfinished))
        {
            using (var connection = SqliteDatabase.OpenForCopying(database))
            using (var copy = connection.CreateCommand())
            {
                copy.CommandText = "VACUUM INTO $target";
                copy.Parameters.Add(new SqliteParameter("$target", DataFolder.DatabaseIn(unfinished)));
                copy.CommandTimeout = 0;
                copy.ExecuteNonQuery();
            }
            // After the database: a key exists before anything is encrypted with it, so the copy has the key of every token in it.
            foreach (var key in Directory.EnumerateFiles(DataFolder.KeysIn(dataPath), "*.xml"))
                File.Copy(key, Path.Combine(DataFolder.KeysIn(unfinished), Path.GetFileName(key)));
        }
        Directory.Move(unfinished, target);
    }
}
