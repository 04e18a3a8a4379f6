"""Programs in each language that write the sum of the numbers they read, as people write them."""

from __future__ import annotations

ADDERS: dict[str, str] = {
    "python": "print(sum(map(int, input().split())))\n",
    "javascript": (
        "const data = require('fs').readFileSync('/dev/stdin', 'utf8');\n"
        "console.log(data.trim().split(/\\s+/).map(Number).reduce((a, b) => a + b));\n"
    ),
    "typescript": (
        "import * as readline from 'readline';\n"
        "const name: number[] = [];\n"
        "const reader = readline.createInterface({ input: process.stdin });\n"
        "reader.on('line', (line: string) => { for (const word of line.split(' ')) name.push(Number(word)); });\n"
        "reader.on('close', () => { console.log(name.reduce((a, b) => a + b)); });\n"
    ),
    "java": (
        "package contest;\nimport java.util.Scanner;\n// class Other { static void main(\n"
        "class Adder { long add(long a, long b) { return a + b; } }\n"
        "public class Sum {\n    public static void main(String[] args) {\n"
        "        Scanner in = new Scanner(System.in);\n"
        "        System.out.println(new Adder().add(in.nextLong(), in.nextLong()));\n    }\n}\n"
    ),
    "cpp": "#include <iostream>\nint main() { long a, b; std::cin >> a >> b; std::cout << a + b << std::endl; }\n",
    "go": (
        'package main\n\nimport "fmt"\n\nfunc main() {\n\tvar a, b int\n\tfmt.Scan(&a, &b)\n\tfmt.Println(a + b)\n}\n'
    ),
    "rust": (
        "use std::io::Read;\n\nfn main() {\n    let mut text = String::new();\n"
        "    std::io::stdin().read_to_string(&mut text).unwrap();\n"
        "    let sum: i64 = text.split_whitespace().map(|word| word.parse::<i64>().unwrap()).sum();\n"
        '    println!("{}", sum);\n}\n'
    ),
    "sh": "read -r a b\necho $((a + b))\n",
    "php": "<?php\nfscanf(STDIN, '%d %d', $a, $b);\necho $a + $b, \"\\n\";\n",
    "ruby": "puts gets.split.map(&:to_i).sum\n",
    "lua": "local a, b = io.read('n', 'n')\nprint(a + b)\n",
    "perl": "my ($a, $b) = split ' ', <STDIN>;\nprint $a + $b, \"\\n\";\n",
    "r": 'words <- scan(file("stdin"), quiet = TRUE)\ncat(sum(words), "\\n")\n',
}
"""By language."""
